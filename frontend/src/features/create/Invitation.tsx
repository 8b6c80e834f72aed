/** What an empty stage says: photos to try with, or sentences, each as a card in the shape and colours it asks for. */
import { useTranslation } from "@/locales/i18n";
import type { Tool } from "@/types/api";
import { type Example, examplesFor } from "./examples";
import { Samples } from "./Samples";

type InvitationProps = {
  tool: Tool | null;
  onSample: (file: File) => void;
  onExample: (example: Example) => void;
};

export function Invitation({ tool, onSample, onExample }: InvitationProps) {
  const { t } = useTranslation();
  const fromWords = tool !== null && tool.inputs.max === 0;
  return (
    <div className="mx-auto grid w-full max-w-3xl gap-6 py-4 lg:py-16">
      <div className="grid gap-2">
        <h2 className="text-2xl font-semibold tracking-tight lg:text-3xl">
          {fromWords ? t("create.invite.title") : t("create.empty.title")}
        </h2>
        <p className="max-w-xl text-soft">{fromWords ? t("create.invite.body") : t("create.empty.body")}</p>
      </div>
      {fromWords ? (
        <ul aria-label={t("create.prompt.examples")} className="hidden gap-4 lg:grid lg:grid-cols-3">
          {examplesFor(tool.taskType, t).map((example) => (
            <li key={example.id}>
              <ExampleCard example={example} onPick={onExample} />
            </li>
          ))}
        </ul>
      ) : (
        <Samples onPick={onSample} />
      )}
    </div>
  );
}

type ExampleCardProps = { example: Example; onPick: (example: Example) => void };

function ExampleCard({ example, onPick }: ExampleCardProps) {
  const [light, middle, deep] = example.colors;
  return (
    <button
      type="button"
      onClick={() => onPick(example)}
      className="group flex aspect-[3/4] w-full flex-col justify-end overflow-hidden rounded-lg p-4 text-left text-white shadow-card"
      // The lower half is deep enough for white words on every card.
      style={{ background: `linear-gradient(175deg, ${light} 0%, ${middle} 34%, ${deep} 62%)` }}
    >
      <span className="grid gap-1 transition-transform duration-300 group-hover:-translate-y-1">
        <span className="font-semibold">{example.title}</span>
        <span className="text-xs leading-relaxed">{example.text}</span>
      </span>
    </button>
  );
}
