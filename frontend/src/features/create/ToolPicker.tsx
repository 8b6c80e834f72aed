/** The tools as large choices; those not enabled are listed below with the reason and the way there. */
import clsx from "clsx";
import { Brush, Lock, Maximize2, Scissors, Sparkles, WandSparkles } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Fold } from "@/components/ui/fold";
import { useTranslation } from "@/locales/i18n";
import type { Tool } from "@/types/api";

type ToolPickerProps = { tools: Tool[]; value: string | null; onChange: (taskType: string) => void };

export function ToolPicker({ tools, value, onChange }: ToolPickerProps) {
  const { t } = useTranslation();
  const group = useId();
  const offered = tools.filter((tool) => tool.available);
  const chosen = offered.find((tool) => tool.taskType === value);
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{t("create.tools")}</legend>
      <div className="grid auto-cols-fr grid-flow-col gap-2">
        {offered.map((tool) => (
          <label
            key={tool.taskType}
            className={clsx(
              "relative grid min-h-20 min-w-0 justify-items-center gap-1.5 rounded-lg border px-2 py-3 text-center transition-colors",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-azurite",
              tool.taskType === value
                ? "border-cinnabar bg-cinnabar-wash"
                : "border-line bg-surface hover:border-edge",
            )}
          >
            <input
              type="radio"
              name={group}
              checked={tool.taskType === value}
              onChange={() => onChange(tool.taskType)}
              className="absolute inset-0 appearance-none outline-none"
            />
            <span className={tool.taskType === value ? "text-cinnabar-ink" : "text-soft"}>
              <ToolIcon taskType={tool.taskType} />
            </span>
            <span className="text-sm leading-tight font-medium">{tool.name}</span>
          </label>
        ))}
      </div>
      {chosen ? <p className="mt-2 min-h-4 text-xs text-soft">{chosen.description}</p> : null}
    </fieldset>
  );
}

export function UnavailableTools({ tools }: { tools: Tool[] }) {
  const { t } = useTranslation();
  const missing = tools.filter((tool) => !tool.available);
  if (missing.length === 0) return null;
  return (
    <Fold title={`${t("create.moreTools")} (${missing.length})`}>
      <ul className="grid gap-4">
        {missing.map((tool) => (
          <li key={tool.taskType} className="grid gap-0.5 text-sm">
            <p className="flex items-center gap-2 font-medium">
              <Lock aria-hidden className="size-3.5 text-soft" />
              {tool.name}
            </p>
            {tool.unavailable ? (
              <>
                <p className="text-xs text-soft">{tool.unavailable.reason}</p>
                <p className="text-xs text-soft">
                  <span className="font-medium text-ink">{t("create.howTo")}</span> {tool.unavailable.howTo}
                </p>
              </>
            ) : null}
          </li>
        ))}
      </ul>
    </Fold>
  );
}

const ICONS: Record<string, ReactNode> = {
  remove_background: <Scissors aria-hidden className="size-6" strokeWidth={1.6} />,
  upscale: <Maximize2 aria-hidden className="size-6" strokeWidth={1.6} />,
  style_transfer: <Brush aria-hidden className="size-6" strokeWidth={1.6} />,
  text_to_image: <Sparkles aria-hidden className="size-6" strokeWidth={1.6} />,
};

function ToolIcon({ taskType }: { taskType: string }) {
  return ICONS[taskType] ?? <WandSparkles aria-hidden className="size-6" strokeWidth={1.6} />;
}
