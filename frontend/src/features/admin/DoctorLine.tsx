/** One part of the studio: its state as a sign and a word, what is, and what to change. */
import { CircleAlert, CircleCheck, Copy, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import type { DoctorLine as Line } from "@/services/doctor";

const SIGNS = {
  ok: { icon: CircleCheck, color: "text-jade" },
  warning: { icon: TriangleAlert, color: "text-amber" },
  failure: { icon: CircleAlert, color: "text-cinnabar-ink" },
} as const;

export function DoctorLine({ line }: { line: Line }) {
  const { t } = useTranslation();
  const { icon: Icon, color } = SIGNS[line.state];
  const rule = toPaste(line.advice);
  return (
    <li className="flex gap-3 px-4 py-3 text-sm">
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${color}`} strokeWidth={1.8} />
      <div className="grid min-w-0 flex-1 justify-items-start gap-1">
        <p className="max-w-full wrap-anywhere">
          <span className={`font-medium ${color}`}>{t(`admin.doctor.state.${line.state}`)}</span>
          {" · "}
          {line.message}
        </p>
        {line.advice ? <p className="max-w-full wrap-anywhere text-soft">{line.advice}</p> : null}
        {rule ? <CopyRule text={rule} /> : null}
      </div>
    </li>
  );
}

/** The CORS rule stands as JSON at the end of the advice. */
function toPaste(advice: string | null | undefined): string | null {
  return advice?.match(/[[{].*[\]}]/s)?.[0] ?? null;
}

function CopyRule({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  // The clipboard exists on secure addresses only; the text can be marked by hand elsewhere.
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <Button size="sm" className="mt-1" onClick={copy}>
      <Copy aria-hidden className="size-4" />
      {copied ? t("errors.copied") : t("admin.doctor.copy")}
    </Button>
  );
}
