/** How a picture came to be: tool, style, every setting, time, size and cost. */
import { Link } from "wouter";
import { type ParameterField, readFields } from "@/components/forms/parameter-schema";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import type { PromptStyle, Style, Template, Tool } from "@/types/api";
import type { Task, TaskResult } from "@/types/task";
import { EMBEDDED } from "@/utils/constants";
import {
  formatBytes,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPixels,
} from "@/utils/formatting";
import { Fact } from "./Fact";
import { WordFacts } from "./WordFacts";

type RecipeProps = {
  task: Task;
  result: TaskResult | null;
  tool: Tool | undefined;
  toolName: string;
  styles: Style[];
  promptStyles: PromptStyle[];
  templates: Template[];
};

export function Recipe({ task, result, tool, toolName, styles, promptStyles, templates }: RecipeProps) {
  const { t, language } = useTranslation();
  const credits = (count: number) => t("common.price", { count });
  const took = task.startedAt && task.completedAt ? secondsBetween(task.startedAt, task.completedAt) : null;
  const styleName = [...styles, ...promptStyles].find((style) => style.id === task.style)?.name ?? task.style;
  const modelName = tool?.models.find((model) => model.id === task.model)?.name ?? task.model;
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h2 className="mb-3 font-semibold">{t("tasks.recipe")}</h2>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
        <Fact name={t("tasks.facts.tool")}>{toolName}</Fact>
        {styleName ? <Fact name={t("tasks.facts.style")}>{styleName}</Fact> : null}
        <Settings task={task} tool={tool} styles={styles} />
        <WordFacts task={task} templates={templates} />
        <Fact name={t("tasks.facts.model")}>{modelName}</Fact>
        {task.provider === EMBEDDED ? null : <Fact name={t("tasks.facts.vendor")}>{task.providerName}</Fact>}
        {result ? <FileFacts result={result} tool={tool} /> : null}
        <Fact name={t("tasks.facts.created")}>{formatDateTime(task.createdAt, language)}</Fact>
        {took === null ? null : <Fact name={t("tasks.facts.took")}>{formatDuration(took, language)}</Fact>}
        <Fact name={t("tasks.facts.charged")}>{credits(task.credits)}</Fact>
        {task.creditsRefunded > 0 ? (
          <>
            <Fact name={t("tasks.facts.refunded")}>{credits(task.creditsRefunded)}</Fact>
            <Fact name={t("tasks.facts.paid")}>{credits(task.credits - task.creditsRefunded)}</Fact>
          </>
        ) : null}
        {task.retryOf ? (
          <Fact name={t("tasks.facts.madeFrom")}>
            <Link href={paths.task(task.retryOf)} className="text-azurite underline underline-offset-2">
              {t("tasks.openFirst")}
            </Link>
          </Fact>
        ) : null}
        <Fact name={t("tasks.facts.taskNo")}>
          <span className="tabular-nums">{task.taskNo}</span>
        </Fact>
      </dl>
      <Link
        href={paths.credits({ taskId: task.id })}
        className="mt-3 inline-flex min-h-6 items-center text-sm text-azurite underline-offset-4 hover:underline pointer-coarse:min-h-11"
      >
        {t("tasks.ledger")}
      </Link>
    </section>
  );
}

function FileFacts({ result, tool }: { result: TaskResult; tool: Tool | undefined }) {
  const { t, language } = useTranslation();
  const type = result.mime.replace("image/", "").toUpperCase();
  return (
    <>
      <Fact name={t("tasks.facts.size")}>{formatPixels(result.width, result.height)}</Fact>
      <Fact name={t("tasks.facts.file")}>{`${type}, ${formatBytes(result.sizeBytes, language)}`}</Fact>
      {tool && tool.aiMark !== "none" ? (
        <Fact name={t("tasks.facts.mark")}>{t(`tasks.mark.${tool.aiMark}`)}</Fact>
      ) : null}
    </>
  );
}

/** The settings by the names their form gave them; one that left the catalogue keeps its technical name. */
function Settings({ task, tool, styles }: Pick<RecipeProps, "task" | "tool" | "styles">) {
  const words = useSettingWords(styles);
  const fields = new Map(readFields(tool?.parameters).map((field) => [field.name, field]));
  return Object.entries(task.parameters).map(([name, value]) => {
    const field = fields.get(name);
    // A picture given as a parameter has an id that says nothing to a reader.
    // The words stand in a row of their own.
    if (field?.kind === "file" || name === "prompt" || value === null) return null;
    return (
      <Fact key={name} name={field?.title ?? name}>
        {words(value, field)}
      </Fact>
    );
  });
}

function useSettingWords(styles: Style[]) {
  const { t, language } = useTranslation();
  return (value: unknown, field: ParameterField | undefined): string => {
    if (typeof value === "boolean") return t(value ? "tasks.yes" : "tasks.no");
    const choice = field?.choices.find((option) => option.value === value);
    if (choice) return choice.label;
    if (typeof value === "number") {
      const share = field?.minimum === 0 && field.maximum === 1;
      return share ? formatPercent(value + 1e-9, language) : formatNumber(value, language);
    }
    return styles.find((style) => style.id === value)?.name ?? String(value);
  };
}

function secondsBetween(from: string, to: string): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}
