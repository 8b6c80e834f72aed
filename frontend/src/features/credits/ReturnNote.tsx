/**
 * What a visitor is told who comes back from the checkout. Coming back proves nothing: the payment is asked about
 * until the server knows how it ended.
 */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import clsx from "clsx";
import { BadgeCheck, CircleAlert, Hourglass, X } from "lucide-react";
import { useEffect } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { IconButton } from "@/components/ui/button";
import { type TFunction, useTranslation } from "@/locales/i18n";
import { paymentQuery } from "@/services/billing";
import { creditsQuery } from "@/services/queries";
import type { Payment } from "@/types/api";
import { formatNumber } from "@/utils/formatting";

type ReturnNoteProps = { payment: string; cancelled: boolean; onClose: () => void };

export function ReturnNote({ payment: id, cancelled, onClose }: ReturnNoteProps) {
  const { t, language } = useTranslation();
  const cache = useQueryClient();
  const { data: payment, error } = useQuery({ ...paymentQuery(id), enabled: !cancelled });
  const status = payment?.status;
  useEffect(() => {
    if (status === undefined) return;
    void cache.invalidateQueries({ queryKey: ["payments", "list"] });
    if (status !== "paid") return;
    void cache.invalidateQueries({ queryKey: creditsQuery.queryKey });
    void cache.invalidateQueries({ queryKey: ["ledger"] });
  }, [cache, status]);
  if (!cancelled && error && !payment) return <ErrorMessage error={error} />;
  const { title, body, tone } = cancelled
    ? {
        title: t("credits.returned.cancelled"),
        body: t("credits.returned.cancelledBody"),
        tone: "bad" as const,
      }
    : said(payment, t, language);
  const Icon = tone === "good" ? BadgeCheck : tone === "bad" ? CircleAlert : Hourglass;
  return (
    <div
      role="status"
      className={clsx(
        "flex items-start gap-3 rounded-xl border border-line p-4",
        tone === "good" ? "bg-jade-wash" : tone === "bad" ? "bg-sunken" : "bg-azurite-wash",
      )}
    >
      <Icon
        aria-hidden
        className={clsx("mt-0.5 size-5 shrink-0", tone === "good" ? "text-jade" : "text-azurite")}
      />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="font-semibold">{title}</p>
        {body ? <p className="text-sm break-words text-soft">{body}</p> : null}
      </div>
      <IconButton label={t("credits.returned.close")} onClick={onClose}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  );
}

type Said = { title: string; body?: string; tone: "good" | "bad" | "wait" };

function said(payment: Payment | undefined, t: TFunction, language: string): Said {
  switch (payment?.status) {
    case undefined:
    case "open":
      return { title: t("credits.returned.waiting"), body: t("credits.returned.waitingBody"), tone: "wait" };
    case "processing":
      return {
        title: t("credits.returned.processing"),
        body: t("credits.returned.processingBody"),
        tone: "wait",
      };
    case "paid": {
      const credits = formatNumber(payment.credits, language);
      return { title: t("credits.returned.paid", { credits }), tone: "good" };
    }
    case "failed":
      return { title: t("credits.returned.failed"), body: t("credits.returned.failedBody"), tone: "bad" };
    case "expired":
      return { title: t("credits.returned.expired"), body: t("credits.returned.cancelledBody"), tone: "bad" };
    case "refused":
      return {
        title: t("credits.returned.refused"),
        body: t("credits.returned.refusedBody", { id: payment.id }),
        tone: "bad",
      };
  }
}
