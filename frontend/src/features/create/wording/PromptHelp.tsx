/** The two small buttons by the prompt box, and the words before a proposal of theirs was taken. */
import { Languages, WandSparkles } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import type { Help, HelpKind } from "./usePromptHelp";

/** The language that words are not in. */
const otherLanguage = (words: string): "zh" | "en" => (/\p{Script=Han}/u.test(words) ? "en" : "zh");

type HelpButtonsProps = { words: string; help: Help | null; onAsk: (kind: HelpKind) => void };

export function HelpButtons({ words, help, onAsk }: HelpButtonsProps) {
  const { t } = useTranslation();
  const other = otherLanguage(words);
  const busy = help?.state === "asking" || undefined;
  const ask = (kind: HelpKind) => !busy && onAsk(kind);
  const look = "px-2.5! text-xs! text-soft aria-disabled:opacity-50";
  return (
    <>
      <Button variant="quiet" size="sm" className={look} aria-disabled={busy} onClick={() => ask("improve")}>
        <WandSparkles aria-hidden className="size-4" />
        {t("create.help.improve")}
      </Button>
      <Button variant="quiet" size="sm" className={look} aria-disabled={busy} onClick={() => ask(other)}>
        <Languages aria-hidden className="size-4" />
        {other === "en" ? t("create.help.toEnglish") : t("create.help.toChinese")}
      </Button>
    </>
  );
}

type UndoProps = { original: string; onUndo: () => void };

/** The words before a proposal was taken, one press away. */
export function UndoProposal({ original, onUndo }: UndoProps) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-2 text-xs text-soft">
      <p className="min-w-0 flex-1 truncate" title={original}>
        {t("create.help.original", { words: original })}
      </p>
      <Button size="sm" variant="quiet" className="shrink-0 text-xs!" onClick={onUndo}>
        {t("create.help.undo")}
      </Button>
    </div>
  );
}
