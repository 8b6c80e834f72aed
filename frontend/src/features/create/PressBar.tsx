/** The one button, with what it costs said before it is pressed, and what keeps it from working with the way out. */
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ArrowUp, Sparkles } from "lucide-react";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { appQuery } from "@/services/queries";
import { LONG_WAIT_SECONDS } from "@/utils/constants";
import { formatDuration } from "@/utils/formatting";
import type { Obstacle } from "./obstacle";
import type { Price } from "./usePrice";
import type { WithinReach } from "./within-reach";

type PressBarProps = {
  /** Credits for one picture. */
  each: number | null;
  price: Price;
  /** What keeps a press from working. */
  obstacle: Obstacle | null;
  /** What can be paid instead, where the balance does not suffice. */
  reach: WithinReach | null;
  armed: boolean;
  onPress: () => void;
  /** Leads to where an obstacle is mended. */
  onObstacle: () => void;
  onReach: (reach: WithinReach) => void;
};

export function PressBar(props: PressBarProps) {
  const { each, price, obstacle, reach, armed, onPress, onObstacle, onReach } = props;
  const { t } = useTranslation();
  const tooDear = price.missing > 0 && reach;
  return (
    <div className="grid gap-2">
      <div className="flex items-center gap-3 sm:gap-4">
        <div className="min-w-0 flex-1" aria-live="polite">
          <PriceWords each={each} price={price} />
          <Reason obstacle={obstacle} seconds={price.estimatedSeconds} onObstacle={onObstacle} />
        </div>
        <Button
          variant="primary"
          size="lg"
          aria-disabled={obstacle !== null || undefined}
          aria-describedby="press-reason"
          aria-keyshortcuts="Control+Enter Meta+Enter"
          // The second click of a double click is no second wish.
          onClick={(event) => event.detail <= 1 && (obstacle ? onObstacle() : onPress())}
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
      {tooDear ? (
        <Button className="h-auto w-full py-2 whitespace-normal!" onClick={() => onReach(tooDear)}>
          <ReachWords reach={tooDear} />
        </Button>
      ) : null}
    </div>
  );
}

function ReachWords({ reach: { model, count, credits } }: { reach: WithinReach }) {
  const { t } = useTranslation();
  const price = credits === 0 ? t("common.free") : t("common.price", { count: credits });
  if (count === null) return t("create.reach.model", { model: model.name, price });
  return t("create.reach.fewer", { model: model.name, count, price });
}

type ReasonProps = { obstacle: Obstacle | null; seconds: number | null; onObstacle: () => void };

/** Under the price: what keeps a press from working, a warning of a long wait, or what becomes of the price. */
function Reason({ obstacle, seconds, onObstacle }: ReasonProps) {
  const { t } = useTranslation();
  const { data } = useQuery(appQuery);
  const always = (data?.refundRefusals ?? "all") === "all";
  const promise = t(always ? "create.noCharge" : "create.noChargeUnlessRefused");
  const long = obstacle === null && (seconds ?? 0) >= LONG_WAIT_SECONDS;
  if (obstacle?.field) {
    return (
      <button
        type="button"
        id="press-reason"
        onClick={onObstacle}
        className="-my-1 line-clamp-2 py-1 text-left text-xs text-azurite underline-offset-2 hover:underline"
      >
        {obstacle.words}
        <ArrowUp aria-hidden className="ml-1 inline size-3.5 align-[-2px]" />
      </button>
    );
  }
  return (
    <p
      id="press-reason"
      className={clsx("line-clamp-2 text-xs", long ? "font-medium text-amber" : "text-soft")}
      title={long ? t("create.longWait") : undefined}
    >
      {long ? t("create.longWait") : (obstacle?.words ?? promise)}
    </p>
  );
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
