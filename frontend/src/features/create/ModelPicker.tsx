/** Who makes the picture: the server's choice or one model; those that cannot be had say why and how to mend it. */
import clsx from "clsx";
import { Lock } from "lucide-react";
import { type ReactNode, useId } from "react";
import { HowToEnable } from "@/components/common/HowToEnable";
import { Fold } from "@/components/ui/fold";
import { useTranslation } from "@/locales/i18n";
import type { Tool } from "@/types/api";
import { type ModelChoice, unavailableByCause } from "./model-choice";

type ModelPickerProps = {
  tool: Tool;
  choice: ModelChoice;
  /** Null leaves it to the server. */
  onChange: (modelId: string | null) => void;
};

export function ModelPicker({ tool, choice, onChange }: ModelPickerProps) {
  const { t } = useTranslation();
  const group = useId();
  const { named, offered, automatic } = choice;
  const row = { group, onChange };
  // One model altogether is no question.
  if (tool.models.length <= 1) return null;
  return (
    <Fold
      title={
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
          {t("create.model.title")}
          <span className="min-w-0 text-xs font-normal text-soft">
            {named ? `${named.name} · ${named.providerName}` : t("create.model.auto")}
          </span>
        </span>
      }
    >
      <fieldset className="scroll-thin -mx-2 grid max-h-[26rem] min-w-0 gap-1 overflow-y-auto overscroll-contain px-2 py-1">
        <legend className="sr-only">{t("create.model.title")}</legend>
        <Row
          {...row}
          id={null}
          name={t("create.model.auto")}
          note={t("create.model.autoNote", { model: automatic?.name ?? "" })}
          price={automatic?.price ?? tool.price}
          checked={named === null}
        />
        {offered.map((model) => (
          <Row
            {...row}
            key={model.id}
            id={model.id}
            name={model.name}
            note={model.providerName}
            price={model.price}
            checked={model.id === named?.id}
          />
        ))}
        <Missing tool={tool} />
      </fieldset>
    </Fold>
  );
}

type RowProps = {
  id: string | null;
  name: string;
  note: ReactNode;
  price: number | null | undefined;
  checked: boolean;
  group: string;
  onChange: (modelId: string | null) => void;
};

function Row({ id, name, note, price, checked, group, onChange }: RowProps) {
  const { t } = useTranslation();
  const labels = useId();
  return (
    <label
      className={clsx(
        "relative flex min-h-12 items-center justify-between gap-3 rounded-md border px-3 py-1.5 transition-colors",
        "has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-azurite",
        checked ? "border-cinnabar bg-cinnabar-wash" : "border-transparent hover:bg-sunken",
      )}
    >
      <input
        type="radio"
        name={group}
        checked={checked}
        aria-labelledby={`${labels}-name`}
        aria-describedby={`${labels}-note ${labels}-price`}
        onChange={() => onChange(id)}
        className="absolute inset-0 appearance-none outline-none"
      />
      <span className="pointer-events-none grid min-w-0">
        <span id={`${labels}-name`} className="text-sm font-medium">
          {name}
        </span>
        <span id={`${labels}-note`} className="text-xs text-soft">
          {note}
        </span>
      </span>
      <span id={`${labels}-price`} className="pointer-events-none shrink-0 text-xs text-soft tabular-nums">
        {price == null ? null : price === 0 ? t("common.free") : t("common.price", { count: price })}
      </span>
    </label>
  );
}

function Missing({ tool }: { tool: Tool }) {
  const { t } = useTranslation();
  const groups = unavailableByCause(tool.models);
  if (groups.length === 0) return null;
  return (
    <ul aria-label={t("create.model.missing")} className="mt-2 grid gap-3 border-t border-line px-3 pt-3">
      {groups.map(({ vendor, names, cause }) => (
        <li key={`${vendor} ${names[0]}`} className="grid gap-0.5">
          <p className="flex items-baseline gap-2 text-sm text-soft">
            <Lock aria-hidden className="size-3.5 shrink-0 translate-y-0.5" />
            <span>
              <span className="font-medium">{vendor}</span> {names.join(" / ")}
            </span>
          </p>
          {cause ? <HowToEnable unavailable={cause} /> : null}
        </li>
      ))}
    </ul>
  );
}
