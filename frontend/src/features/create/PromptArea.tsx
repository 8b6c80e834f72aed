/** The words of the picture, always in reach, with a warning when the model at hand does not read their language. */
import { Languages } from "lucide-react";
import { PromptBox } from "@/components/forms/PromptBox";
import type { ParameterField } from "@/components/forms/parameter-schema";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { recallPrompts } from "@/services/prompt-history";
import type { Tool } from "@/types/api";
import { type Example, examplesFor } from "./examples";
import { languageGap, type ModelChoice } from "./model-choice";

type PromptAreaProps = {
  tool: Tool;
  field: ParameterField;
  value: string;
  choice: ModelChoice;
  /** The empty stage shows the examples, on wide screens. */
  examplesElsewhere: boolean;
  error: string | undefined;
  onChange: (value: string) => void;
  onExample: (example: Example) => void;
  onModel: (modelId: string) => void;
};

export function PromptArea({ tool, field, value, choice, onChange, onModel, ...show }: PromptAreaProps) {
  const { t } = useTranslation();
  const gap = languageGap(choice, value);
  return (
    <>
      <div className="sticky top-14 z-10 -mx-4 grid grid-cols-1 bg-paper px-4 py-2 max-lg:[@media(max-height:32rem)]:static lg:top-0 lg:-mx-5 lg:px-5">
        <PromptBox
          key={tool.taskType}
          field={field}
          value={value}
          onChange={onChange}
          recall={() => recallPrompts(tool.taskType)}
          examples={examplesFor(tool.taskType, t)}
          {...show}
        />
      </div>
      <div role="status" className="-mt-4 empty:hidden">
        {gap ? (
          <div className="grid justify-items-start gap-2 rounded-md bg-amber-wash px-3 py-2.5 text-sm">
            <p className="flex gap-2">
              <Languages aria-hidden className="mt-0.5 size-4 shrink-0 text-amber" />
              {t("create.language.note", { model: gap.model.name })}
            </p>
            {gap.better ? <SwitchButton model={gap.better} onModel={onModel} /> : null}
          </div>
        ) : null}
      </div>
    </>
  );
}

type SwitchButtonProps = { model: { id: string; name: string }; onModel: (modelId: string) => void };

function SwitchButton({ model, onModel }: SwitchButtonProps) {
  const { t } = useTranslation();
  return (
    <Button size="sm" onClick={() => onModel(model.id)}>
      {t("create.language.switch", { model: model.name })}
    </Button>
  );
}
