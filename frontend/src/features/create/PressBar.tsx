/** The one button, with what it costs said before it is pressed and the reason when it cannot be. */
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { Sparkles } from "lucide-react";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { appQuery } from "@/services/queries";
import { LONG_WAIT_SECONDS } from "@/utils/constants";
import { formatDuration, formatNumber } from "@/utils/formatting";
import type { Price } from "./usePrice";
import type { Blocker } from "./useWorkbench";

type PressBarProps = {
  /** Credits for one picture. */
  each: number | null;
  price: Price;
  blocker: Blocker | null;
  /** Uploads are still under way; a press now waits for them. */
  uploading: boolean;
  armed: boolean;
  onPress: () => void;
};

export function PressBar({ each, price, blocker, uploading, armed, onPress }: PressBarProps) {
  const { t } = useTranslation();
  const reason = useReason(blocker, price, uploading);
  const promise = usePromise();
  const long = reason === null && (price.estimatedSeconds ?? 0) >= LONG_WAIT_SECONDS;
  return (
    <div className="flex items-center gap-3 sm:gap-4">
      <div className="min-w-0 flex-1" aria-live="polite">
        <PriceWords each={each} price={price} />
        <p
          id="press-reason"
          className={clsx("truncate text-xs", long ? "font-medium text-amber" : "text-soft")}
          title={long ? t("create.longWait") : undefined}
        >
          {long ? t("create.longWait") : (reason ?? promise)}
        </p>
      </div>
      <Button
        variant="primary"
        size="lg"
        aria-disabled={reason !== null || undefined}
        aria-describedby="press-reason"
        aria-keyshortcuts="Control+Enter Meta+Enter"
        // The second click of a double click is no second wish.
        onClick={(event) => event.detail <= 1 && onPress()}
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

/** What becomes of the price when nothing comes out. */
function usePromise(): string {
  const { t } = useTranslation();
  const { data } = useQuery(appQuery);
  const always = (data?.refundRefusals ?? "all") === "all";
  return t(always ? "create.noCharge" : "create.noChargeUnlessRefused");
}

function useReason(blocker: Blocker | null, price: Price, uploading: boolean): string | null {
  const { t, language } = useTranslation();
  if (blocker === "photo") return uploading ? null : t("create.needsPhoto");
  if (blocker === "style") return t("create.needsStyle");
  if (blocker === "prompt") return t("create.needsPrompt");
  if (blocker === "slots") return t("create.needsSlots");
  if (blocker === "fix") return t("create.needsFix");
  if (price.refusal) return price.refusal.detail ?? price.refusal.title ?? t("create.needsFix");
  if (price.missing > 0) {
    return t("create.balanceLow", {
      balance: formatNumber(price.balance, language),
      missing: formatNumber(price.missing, language),
    });
  }
  return null;
}

function PriceWords({ each, price }: Pick<PressBarProps, "each" | "price">) {
  const { t, language } = useTranslation();
  const words = (count: number) => (count === 0 ? t("common.free") : t("common.price", { count }));
  const unknown = () => {
    if (price.failed) return t("create.quoteFailed");
    return each === null ? "…" : t("create.costsEach", { credits: words(each) });
  };
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-sm font-medium tabular-nums">
      {price.credits === null ? unknown() : t("create.costs", { credits: words(price.credits) })}
      {price.estimatedSeconds === null ? null : (
        <span className="text-xs font-normal text-soft">
          {t("create.estimate", { duration: formatDuration(price.estimatedSeconds, language) })}
        </span>
      )}
    </p>
  );
}
