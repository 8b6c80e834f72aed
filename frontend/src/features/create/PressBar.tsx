/** The one button, with what it costs said before it is pressed and the reason when it cannot be. */
import { Sparkles } from "lucide-react";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import type { Tool } from "@/types/api";
import type { Quote } from "@/types/task";
import { formatDuration, formatNumber } from "@/utils/formatting";
import type { Blocker } from "./useWorkbench";

type PressBarProps = {
  tool: Tool;
  quote: Quote | undefined;
  quoteFailed: boolean;
  blocker: Blocker | null;
  /** Uploads are still under way; a press now waits for them. */
  uploading: boolean;
  armed: boolean;
  onPress: () => void;
};

export function PressBar({ tool, quote, quoteFailed, blocker, uploading, armed, onPress }: PressBarProps) {
  const { t } = useTranslation();
  const reason = useReason(blocker, quote, uploading);
  return (
    <div className="flex items-center gap-3 sm:gap-4">
      <div className="min-w-0 flex-1" aria-live="polite">
        <Price tool={tool} quote={blocker ? undefined : quote} failed={quoteFailed} />
        <p id="press-reason" className="truncate text-xs text-soft">
          {reason ?? t("create.noCharge")}
        </p>
      </div>
      <Button
        variant="primary"
        size="lg"
        aria-disabled={reason !== null || undefined}
        aria-describedby="press-reason"
        aria-keyshortcuts="Control+Enter Meta+Enter"
        onClick={onPress}
        className="shrink-0"
      >
        {armed ? (
          <LoadingSpinner className="[&_svg]:size-5 [&_svg]:text-current" />
        ) : (
          <Sparkles aria-hidden className="size-5" />
        )}
        {armed ? t("create.pressWait") : t("create.press")}
      </Button>
    </div>
  );
}

function useReason(blocker: Blocker | null, quote: Quote | undefined, uploading: boolean): string | null {
  const { t, language } = useTranslation();
  if (blocker === "photo") return uploading ? null : t("create.needsPhoto");
  if (blocker === "style") return t("create.needsStyle");
  if (blocker === "fix") return t("create.needsFix");
  if (quote && !quote.sufficient) {
    return t("create.balanceLow", {
      balance: formatNumber(quote.balance, language),
      missing: formatNumber(quote.credits - quote.balance, language),
    });
  }
  return null;
}

function Price({ tool, quote, failed }: { tool: Tool; quote: Quote | undefined; failed: boolean }) {
  const { t, language } = useTranslation();
  const credits = (count: number) => (count === 0 ? t("common.free") : t("common.price", { count }));
  if (failed && !quote) return <p className="text-sm font-medium">{t("create.quoteFailed")}</p>;
  if (!quote) {
    return (
      <p className="text-sm font-medium">
        {tool.price == null ? "" : t("create.costsEach", { credits: credits(tool.price) })}
      </p>
    );
  }
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-sm font-medium tabular-nums">
      {t("create.costs", { credits: credits(quote.credits) })}
      {quote.estimatedSeconds == null ? null : (
        <span className="text-xs font-normal text-soft">
          {t("create.estimate", { duration: formatDuration(quote.estimatedSeconds, language) })}
        </span>
      )}
    </p>
  );
}
