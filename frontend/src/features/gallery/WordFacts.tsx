/** The words of a picture: what was typed, before what, in which template, and what the model was told in the end. */
import { useTranslation } from "@/locales/i18n";
import type { Template } from "@/types/api";
import type { Task } from "@/types/task";
import { Fact } from "./Fact";

type WordFactsProps = { task: Task; templates: Template[] };

export function WordFacts({ task, templates }: WordFactsProps) {
  const { t } = useTranslation();
  // What was typed; the sentence that the server composes of a style was nobody's.
  const own = task.parameters.prompt;
  if (typeof own !== "string" || !own) return null;
  const details = task.promptDetails;
  const template = details?.template && templates.find(({ id }) => id === details.template?.id);
  return (
    <>
      <Fact name={t("tasks.facts.prompt")}>{own}</Fact>
      {details?.originalPrompt ? (
        <Fact name={t("tasks.facts.originalPrompt")}>{details.originalPrompt}</Fact>
      ) : null}
      {details?.template ? (
        <Fact name={t("tasks.facts.template")}>{template?.name ?? details.template.id}</Fact>
      ) : null}
      {Object.entries(details?.slots ?? {}).map(([id, value]) => {
        const slot = template?.slots.find((known) => known.id === id);
        const choice = slot?.choices.find((known) => known.value === value);
        return (
          <Fact key={id} name={slot?.title ?? id}>
            {choice?.title ?? value}
          </Fact>
        );
      })}
      {task.prompt && task.prompt !== own ? (
        <Fact name={t("tasks.facts.finalPrompt")}>
          <details className="text-left">
            <summary className="min-h-6 text-right text-azurite pointer-coarse:min-h-11">
              {t("tasks.showFinalPrompt")}
            </summary>
            <p className="mt-1 whitespace-pre-wrap">{task.prompt}</p>
          </details>
        </Fact>
      ) : null}
      {details?.negativePrompt && details.negativePrompt !== task.parameters.negativePrompt ? (
        <Fact name={t("tasks.facts.leftOut")}>{details.negativePrompt}</Fact>
      ) : null}
    </>
  );
}
