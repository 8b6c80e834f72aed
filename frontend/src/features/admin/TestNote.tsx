/** What a test found: who answered, or what is wrong and what to do. */
import clsx from "clsx";
import { CircleAlert, CircleCheck } from "lucide-react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import type { ProviderTest } from "@/types/api";

type TestNoteProps = {
  test: ProviderTest;
  /** Takes the address at which the vendor knows the key. */
  onUseAddress?: (url: string) => void;
};

export function TestNote({ test, onUseAddress }: TestNoteProps) {
  const { t } = useTranslation();
  const Icon = test.ok ? CircleCheck : CircleAlert;
  const { baseUrl } = test;
  return (
    <div
      role="status"
      className={clsx(
        "flex gap-2.5 rounded-md px-3 py-2.5 text-sm",
        test.ok ? "bg-jade-wash" : "bg-cinnabar-wash",
      )}
    >
      <Icon
        aria-hidden
        className={clsx("mt-0.5 size-4 shrink-0", test.ok ? "text-jade" : "text-cinnabar-ink")}
      />
      <div className="grid min-w-0 flex-1 justify-items-start gap-1">
        <p className="max-w-full break-words">{test.message}</p>
        {test.detail ? (
          <p className="max-w-full text-xs wrap-anywhere text-soft">
            {t("admin.form.detail", { detail: test.detail })}
          </p>
        ) : null}
        {test.advice ? <p className="max-w-full break-words text-ink">{test.advice}</p> : null}
        {baseUrl && onUseAddress ? (
          <Button size="sm" className="mt-1 whitespace-normal" onClick={() => onUseAddress(baseUrl)}>
            {t("admin.form.useAddress", { url: baseUrl })}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
