/** What a text model proposes for the words: to change, to take or to leave. Loaded when somebody asks for it. */
import { useEffect, useId, useRef } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Button } from "@/components/ui/button";
import { controlClass } from "@/components/ui/field";
import { useTranslation } from "@/locales/i18n";
import type { Help } from "./usePromptHelp";

type ProposalProps = {
  help: Help;
  onEdit: (text: string) => void;
  onTake: (text: string) => void;
  onDismiss: () => void;
  onRetry: () => void;
};

export function PromptProposal({ help, onEdit, onTake, onDismiss, onRetry }: ProposalProps) {
  const { t } = useTranslation();
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each state has its own height.
  useEffect(() => {
    // Below the fold of a small screen nobody would see that something came.
    panel.current?.scrollIntoView?.({ block: "nearest" });
  }, [help.state]);
  const title = help.kind === "improve" ? t("create.help.improved") : t("create.help.translated");
  return (
    <section
      ref={panel}
      aria-labelledby={id}
      onKeyDown={(event) => {
        // Esc that ends an input method's word is not meant for us.
        if (event.key === "Escape" && !event.nativeEvent.isComposing) onDismiss();
      }}
      // The height of a proposal from the first moment on, so that its arrival moves nothing.
      className="grid min-h-48 scroll-mt-16 scroll-mb-44 content-start gap-2 rounded-lg border border-line bg-surface p-3"
    >
      <h2 id={id} className="text-sm font-medium">
        {title}
      </h2>
      <p role="status" className="sr-only">
        {help.state === "asking"
          ? t("create.help.asking")
          : help.state === "proposed"
            ? t("create.help.ready")
            : ""}
      </p>
      {help.state === "asking" ? (
        <div className="grid min-h-24 place-items-center gap-2 text-xs text-soft">
          <LoadingSpinner />
          <span aria-hidden>{t("create.help.asking")}</span>
        </div>
      ) : null}
      {help.state === "failed" ? <ErrorMessage bare error={help.error} onRetry={onRetry} /> : null}
      {help.state === "proposed" ? <ProposalBox labelledBy={id} text={help.text} onEdit={onEdit} /> : null}
      <div className="flex flex-wrap gap-2">
        {help.state === "proposed" ? (
          <Button
            size="sm"
            aria-disabled={help.text.trim() === ""}
            onClick={() => help.text.trim() && onTake(help.text)}
          >
            {t("create.help.take")}
          </Button>
        ) : null}
        <Button size="sm" variant="quiet" onClick={onDismiss}>
          {help.state === "asking" ? t("create.help.cancel") : t("create.help.leave")}
        </Button>
      </div>
    </section>
  );
}

type ProposalBoxProps = { labelledBy: string; text: string; onEdit: (text: string) => void };

function ProposalBox({ labelledBy, text, onEdit }: ProposalBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // Whoever waits at the button is brought to the proposal; whoever went on elsewhere is left alone.
    const at = document.activeElement;
    if (at === document.body || at?.closest("[data-prompt-help]"))
      box.current?.focus({ preventScroll: true });
  }, []);
  return (
    <textarea
      ref={box}
      aria-labelledby={labelledBy}
      rows={5}
      value={text}
      onChange={(event) => onEdit(event.target.value)}
      className={`${controlClass} scroll-thin block max-h-60 py-2`}
    />
  );
}
