/**
 * The box for the words a picture is made from. It grows with the text, keeps one row for examples while it is empty
 * and for its tools once it is not, so that nothing below moves between the two.
 */
import clsx from "clsx";
import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect } from "react";
import { IconButton } from "@/components/ui/button";
import { usePromptHistory } from "@/hooks/usePromptHistory";
import { useTranslation } from "@/locales/i18n";
import { formatNumber } from "@/utils/formatting";
import type { ParameterField } from "./parameter-schema";
import { isFilled, lengthOf } from "./parameter-values";

export type PromptBoxProps<E> = {
  field: ParameterField;
  value: string;
  onChange: (value: string) => void;
  /** Earlier prompts, newest first. */
  recall: () => string[];
  examples: E[];
  onExample: (example: E) => void;
  /** Wide screens show the examples elsewhere. */
  examplesElsewhere?: boolean;
  error?: string | undefined;
  /** Further tools for words that are there. */
  tools?: ReactNode;
};

export function PromptBox<E extends PromptExample>(props: PromptBoxProps<E>) {
  const { field, value, onChange, recall, error, tools, ...show } = props;
  const { t } = useTranslation();
  const id = useId();
  const { box, onKeyDown } = usePromptHistory({ value, recall, onChange });
  const length = lengthOf(value);
  const tooLong = field.maxLength !== undefined && length > field.maxLength;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [value, box]);

  const clear = () => {
    onChange("");
    box.current?.focus();
  };
  const take = (example: E) => {
    show.onExample(example);
    box.current?.focus();
  };
  return (
    <div className="grid grid-cols-1 gap-1.5" data-prompt>
      <label htmlFor={id} className="text-sm font-medium">
        {field.title}
      </label>
      <div
        className={clsx(
          "rounded-lg border bg-surface focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-azurite",
          tooLong || error ? "border-cinnabar-ink" : "border-edge/60 hover:border-edge",
        )}
      >
        <textarea
          ref={box}
          id={id}
          rows={3}
          value={value}
          placeholder={field.description}
          aria-describedby={`${id}-note`}
          aria-invalid={tooLong || error ? true : undefined}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          className="scroll-thin block max-h-[min(15rem,30dvh)] min-h-20 w-full resize-none bg-transparent px-3 pt-2.5 pb-1 text-base outline-none sm:text-sm"
        />
        <div className="flex min-h-11 items-center gap-1 pr-1 pl-1.5">
          {isFilled(value) ? (
            <>
              <Notes field={field} length={length} id={id} error={error} />
              {tools}
              <IconButton label={t("create.prompt.clear")} onClick={clear}>
                <X aria-hidden className="size-4" />
              </IconButton>
            </>
          ) : (
            <Examples {...show} onExample={take} />
          )}
        </div>
      </div>
    </div>
  );
}

type PromptExample = { title: string; text: string };

/** The share of the limit from which characters are counted. */
const NEAR = 0.9;

type NotesProps = { field: ParameterField; length: number; id: string; error: string | undefined };

function Notes({ field, length, id, error }: NotesProps) {
  const { t, language } = useTranslation();
  const { maxLength = Number.POSITIVE_INFINITY } = field;
  const left = maxLength - length;
  const words =
    left < 0
      ? t("create.prompt.over", { count: -left, over: formatNumber(-left, language) })
      : length >= maxLength * NEAR
        ? t("create.prompt.left", { count: left, left: formatNumber(left, language) })
        : null;
  const wrong = error ?? (left < 0 ? words : null);
  return (
    <p id={`${id}-note`} className="min-w-0 flex-1 px-1.5 text-xs text-soft">
      <span role="status" className={clsx("tabular-nums", wrong && "text-cinnabar-ink")}>
        {error ?? words}
      </span>
      {error || words ? null : (
        <span className="block truncate pointer-coarse:hidden">{t("create.prompt.keys")}</span>
      )}
    </p>
  );
}

type ExamplesProps<E> = Pick<PromptBoxProps<E>, "examples" | "examplesElsewhere" | "onExample">;

function Examples<E extends PromptExample>({ examples, examplesElsewhere, onExample }: ExamplesProps<E>) {
  const { t } = useTranslation();
  return (
    <ul
      aria-label={t("create.prompt.examples")}
      className={clsx(
        "scroll-none flex min-w-0 gap-1.5 overflow-x-auto p-1",
        examplesElsewhere && "lg:invisible",
      )}
    >
      {examples.map((example) => (
        <li key={example.title}>
          <button
            type="button"
            title={example.text}
            onClick={() => onExample(example)}
            className="min-h-8 rounded-full bg-sunken px-3 text-xs whitespace-nowrap text-ink hover:bg-azurite-wash pointer-coarse:min-h-9"
          >
            {example.title}
          </button>
        </li>
      ))}
    </ul>
  );
}
