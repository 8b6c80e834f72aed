/** What somebody paid, how each payment stands, and its receipt; nothing for whoever never paid. */
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { Pager } from "@/components/ui/pager";
import { useTranslation } from "@/locales/i18n";
import { paymentsQuery } from "@/services/billing";
import type { Payment } from "@/types/api";
import { PAYMENTS_PAGE } from "@/utils/constants";
import { formatDateTime, formatMoney, formatNumber } from "@/utils/formatting";

export function Payments() {
  const { t, language } = useTranslation();
  const [page, setPage] = useState(1);
  const { data } = useQuery(paymentsQuery(language, (page - 1) * PAYMENTS_PAGE));
  if (!data || data.total === 0) return null;
  return (
    <section className="grid gap-3">
      <h2 className="text-lg font-semibold">{t("credits.payments.title")}</h2>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {data.items.map((payment) => (
          <Row key={payment.id} payment={payment} />
        ))}
      </ul>
      <Pager page={page} pages={Math.ceil(data.total / PAYMENTS_PAGE)} onChange={setPage} />
    </section>
  );
}

const TONES: Record<Payment["status"], string> = {
  open: "bg-sunken text-soft",
  processing: "bg-azurite-wash text-azurite",
  paid: "bg-jade-wash text-jade",
  failed: "bg-sunken text-soft",
  expired: "bg-sunken text-soft",
  refused: "bg-cinnabar-wash text-cinnabar-ink",
};

function Row({ payment }: { payment: Payment }) {
  const { t, language } = useTranslation();
  const money = (amount: number) => formatMoney(amount, payment.currency, payment.decimals, language);
  const date = formatDateTime(payment.createdAt, language);
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 px-4 py-3">
      <span className={clsx("rounded-full px-2 py-0.5 text-xs font-medium", TONES[payment.status])}>
        {t(`credits.payments.status.${payment.status}`)}
      </span>
      <div className="min-w-0">
        <p className="text-sm">
          {payment.name} · {t("credits.shop.credits", { credits: formatNumber(payment.credits, language) })}
        </p>
        <p className="flex flex-wrap items-center gap-x-3 text-xs text-soft">
          <time dateTime={payment.createdAt}>{date}</time>
          <Document
            url={payment.receiptUrl}
            name={t("credits.payments.receipt")}
            label={t("credits.payments.receiptOf", { name: payment.name, date })}
          />
          <Document
            url={payment.invoiceUrl}
            name={t("credits.payments.invoice")}
            label={t("credits.payments.invoiceOf", { name: payment.name, date })}
          />
        </p>
        {payment.amountReversed > 0 ? (
          <p className="text-xs text-cinnabar-ink">
            {t("credits.payments.back", {
              amount: money(payment.amountReversed),
              credits: formatNumber(payment.creditsReversed, language),
            })}
          </p>
        ) : null}
      </div>
      <p className="text-right font-semibold tabular-nums">
        {money(payment.amount)}
        {payment.test ? (
          <span className="block text-xs font-normal text-soft">{t("credits.payments.test")}</span>
        ) : null}
      </p>
    </li>
  );
}

type DocumentProps = { url: string | null | undefined; name: string; label: string };

/** A page at the payment service. */
function Document({ url, name, label }: DocumentProps) {
  if (!url) return null;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      aria-label={label}
      className="inline-flex min-h-6 items-center gap-1 text-azurite underline-offset-2 hover:underline pointer-coarse:min-h-11"
    >
      {name}
      <ExternalLink aria-hidden className="size-3" />
    </a>
  );
}
