/** The tools as large choices; those not enabled are listed below with the reason and the way there. */
import clsx from "clsx";
import {
  Brush,
  Eraser,
  Expand,
  Frame,
  Images,
  Lock,
  Maximize2,
  MessageSquareText,
  Mountain,
  Palette,
  PencilLine,
  Replace,
  Scissors,
  Sparkles,
  SquareDashed,
  WandSparkles,
} from "lucide-react";
import { type ReactNode, useId } from "react";
import { HowToEnable } from "@/components/common/HowToEnable";
import { Fold } from "@/components/ui/fold";
import { useTranslation } from "@/locales/i18n";
import type { Tool } from "@/types/api";
import { unavailableByCause } from "./model-choice";

type ToolPickerProps = { tools: Tool[]; value: string | null; onChange: (taskType: string) => void };

export function ToolPicker({ tools, value, onChange }: ToolPickerProps) {
  const { t } = useTranslation();
  const group = useId();
  const offered = tools.filter((tool) => tool.available);
  const manyTools = offered.length > 4;
  const chosen = offered.find((tool) => tool.taskType === value);
  return (
    <fieldset className="min-w-0">
      <legend className="sr-only">{t("create.tools")}</legend>
      <div className={clsx("grid gap-2", manyTools ? "grid-cols-3" : "auto-cols-fr grid-flow-col")}>
        {offered.map((tool) => (
          <label
            key={tool.taskType}
            className={clsx(
              "relative grid min-w-0 content-center justify-items-center gap-1.5 rounded-lg border px-2 text-center transition-colors",
              manyTools ? "min-h-17 py-2" : "min-h-20 py-3",
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

export function UnavailableTools({ tools, open }: { tools: Tool[]; open?: boolean }) {
  const { t } = useTranslation();
  const missing = tools.filter((tool) => !tool.available);
  if (missing.length === 0) return null;
  return (
    <Fold title={`${t("create.moreTools")} (${missing.length})`} open={open ?? false}>
      <ul className="grid gap-4">
        {missing.map((tool) => (
          <li key={tool.taskType} className="grid gap-0.5 text-sm">
            <p className="flex items-center gap-2 font-medium">
              <Lock aria-hidden className="size-3.5 text-soft" />
              {tool.name}
            </p>
            <Causes tool={tool} />
          </li>
        ))}
      </ul>
    </Fold>
  );
}

/** Each vendor's own step where the server names them, else what it says of the tool. */
function Causes({ tool }: { tool: Tool }) {
  const vendors = unavailableByCause(tool.models);
  if (vendors.length === 0) return tool.unavailable ? <HowToEnable unavailable={tool.unavailable} /> : null;
  return vendors.map(({ vendor, names, cause }) => (
    <div key={`${vendor} ${names[0]}`} className="mt-1">
      <p className="text-xs font-medium">{vendor}</p>
      {cause ? <HowToEnable unavailable={cause} /> : null}
    </div>
  ));
}

const ICONS: Record<string, ReactNode> = {
  remove_background: <Scissors aria-hidden className="size-6" strokeWidth={1.6} />,
  upscale: <Maximize2 aria-hidden className="size-6" strokeWidth={1.6} />,
  style_transfer: <Brush aria-hidden className="size-6" strokeWidth={1.6} />,
  image_edit: <MessageSquareText aria-hidden className="size-6" strokeWidth={1.6} />,
  text_to_image: <Sparkles aria-hidden className="size-6" strokeWidth={1.6} />,
  inpaint: <SquareDashed aria-hidden className="size-6" strokeWidth={1.6} />,
  erase: <Eraser aria-hidden className="size-6" strokeWidth={1.6} />,
  outpaint: <Expand aria-hidden className="size-6" strokeWidth={1.6} />,
  replace_background: <Mountain aria-hidden className="size-6" strokeWidth={1.6} />,
  search_replace: <Replace aria-hidden className="size-6" strokeWidth={1.6} />,
  recolor: <Palette aria-hidden className="size-6" strokeWidth={1.6} />,
  image_to_image: <Images aria-hidden className="size-6" strokeWidth={1.6} />,
  sketch_to_image: <PencilLine aria-hidden className="size-6" strokeWidth={1.6} />,
  structure_to_image: <Frame aria-hidden className="size-6" strokeWidth={1.6} />,
};

function ToolIcon({ taskType }: { taskType: string }) {
  return ICONS[taskType] ?? <WandSparkles aria-hidden className="size-6" strokeWidth={1.6} />;
}
