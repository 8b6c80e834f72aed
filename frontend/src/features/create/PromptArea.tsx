/**
 * The words of the picture, always in reach: with help to word them better, and a warning when the model at hand does
 * not read their language.
 */
import clsx from "clsx";
import { Languages } from "lucide-react";
import { lazy, Suspense } from "react";
import { PromptBox } from "@/components/forms/PromptBox";
import type { ParameterField } from "@/components/forms/parameter-schema";
import { isFilled } from "@/components/forms/parameter-values";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { recallPrompts } from "@/services/prompt-history";
import type { AiModel, Tool } from "@/types/api";
import { type Example, examplesFor } from "./examples";
import { languageGap, type ModelChoice } from "./model-choice";
import { HelpButtons, UndoProposal } from "./wording/PromptHelp";
import { usePromptHelp } from "./wording/usePromptHelp";

const PromptProposal = lazy(async () => ({
  default: (await import("./wording/PromptProposal")).PromptProposal,
}));

type PromptAreaProps = {
  tool: Tool;
  field: ParameterField;
  value: string;
  choice: ModelChoice;
  /** Whether the balance suffices for a model. */
  isPayable: (model: AiModel) => boolean;
  /** What was written before a proposal was taken. */
  original: string | null;
  /** Whether there is a text model to ask. */
  helped: boolean;
  /** The empty stage shows the examples, on wide screens. */
  examplesElsewhere: boolean;
  error: string | undefined;
  onChange: (value: string) => void;
  /** Takes a proposal, or with null as the original the words before it. */
  onReword: (value: string, original: string | null) => void;
  onExample: (example: Example) => void;
  onModel: (modelId: string) => void;
};

export function PromptArea(props: PromptAreaProps) {
  const { tool, field, value, choice, isPayable, original, helped, onChange, onReword, onModel, ...show } =
    props;
  const { t, language } = useTranslation();
  const { help, ask, edit, dismiss } = usePromptHelp({ taskType: tool.taskType, language });
  const gap = languageGap(choice, value, isPayable);
  const take = (text: string) => {
    onReword(text, original ?? value);
    dismiss();
  };
  const words = isFilled(value);
  return (
    <>
      <div
        data-prompt-help
        data-field={field.name}
        className={clsx(
          "sticky top-14 z-10 -mx-4 grid grid-cols-1 bg-paper px-4 py-2 max-lg:[@media(max-height:32rem)]:static lg:-top-5 lg:-mx-5 lg:px-5 lg:pt-3",
          // On a phone the words would leave no room for what is proposed for them.
          help && "max-lg:static",
        )}
      >
        <PromptBox
          key={tool.taskType}
          field={field}
          value={value}
          onChange={onChange}
          recall={() => recallPrompts(tool.taskType)}
          examples={examplesFor(tool.taskType, t)}
          tools={
            helped ? <HelpButtons words={value} help={help} onAsk={(kind) => void ask(kind, value)} /> : null
          }
          {...show}
        />
      </div>
      {help || (original && words) ? (
        <div className="-mt-4 grid gap-1">
          {help ? (
            <Suspense fallback={<div className="min-h-48 rounded-lg border border-line bg-surface" />}>
              <PromptProposal
                help={help}
                onEdit={edit}
                onTake={take}
                onDismiss={dismiss}
                onRetry={() => void ask(help.kind, value)}
              />
            </Suspense>
          ) : null}
          {original && words ? (
            <UndoProposal original={original} onUndo={() => onReword(original, null)} />
          ) : null}
        </div>
      ) : null}
      <LanguageNote gap={gap} helped={helped} onModel={onModel} onTranslate={() => void ask("en", value)} />
    </>
  );
}

type LanguageNoteProps = {
  gap: ReturnType<typeof languageGap>;
  helped: boolean;
  onModel: (modelId: string) => void;
  onTranslate: () => void;
};

/** The model at hand does not read these words: another one, or other words. */
function LanguageNote({ gap, helped, onModel, onTranslate }: LanguageNoteProps) {
  const { t } = useTranslation();
  return (
    <div role="status" className="-mt-4 empty:hidden">
      {gap ? (
        <div className="grid justify-items-start gap-2 rounded-md bg-amber-wash px-3 py-2.5 text-sm">
          <p className="flex gap-2">
            <Languages aria-hidden className="mt-0.5 size-4 shrink-0 text-amber" />
            {t("create.language.note", { model: gap.model.name })}
          </p>
          <div className="flex flex-wrap gap-2">
            {gap.better ? <SwitchButton model={gap.better} onModel={onModel} /> : null}
            {helped ? (
              <Button size="sm" onClick={onTranslate}>
                {t("create.help.toEnglish")}
              </Button>
            ) : null}
          </div>
        </div>
      ) : null}
    </div>
  );
}

type SwitchButtonProps = { model: AiModel; onModel: (modelId: string) => void };

function SwitchButton({ model, onModel }: SwitchButtonProps) {
  const { t } = useTranslation();
  const each = model.price ?? 0;
  const price =
    each === 0 ? t("common.free") : t("create.costsEach", { credits: t("common.price", { count: each }) });
  return (
    <Button size="sm" onClick={() => onModel(model.id)}>
      {t("create.language.switch", { model: model.name, price })}
    </Button>
  );
}
