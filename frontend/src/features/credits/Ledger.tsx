/** Every entry that made the balance, each with a way to the task it belongs to. */
import clsx from "clsx";
import { Link } from "wouter";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import type { CreditTransaction } from "@/types/api";
import { formatDateTime, formatNumber, formatSigned } from "@/utils/formatting";

const TONES: Record<CreditTransaction["transactionType"], string> = {
  earn: "bg-jade-wash text-jade",
  spend: "bg-sunken text-soft",
  refund: "bg-azurite-wash text-azurite",
};

export function Ledger({ items }: { items: CreditTransaction[] }) {
  const { t, language } = useTranslation();
  const { toolName } = useCatalogue();
  const locale = language;
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {items.map((item) => (
        <li key={item.id} className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 px-4 py-3">
          <span className={clsx("rounded-full px-2 py-0.5 text-xs font-medium", TONES[item.transactionType])}>
            {t(`credits.type.${item.transactionType}`)}
          </span>
          <div className="min-w-0">
            <p className="text-sm">
              {item.taskType ? `${toolName(item.taskType)} · ${item.description}` : item.description}
            </p>
            <p className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
              <time dateTime={item.createdAt}>{formatDateTime(item.createdAt, locale)}</time>
              {item.taskId ? (
                <Link
                  href={paths.task(item.taskId)}
                  aria-label={t("credits.openTaskNo", { taskNo: item.taskNo ?? "" })}
                  className="inline-flex min-h-6 items-center text-azurite underline-offset-2 hover:underline"
                >
                  {t("credits.openTask")}
                </Link>
              ) : null}
            </p>
          </div>
          <div className="text-right tabular-nums">
            <p className={clsx("font-semibold", item.amount > 0 && "text-jade")}>
              {formatSigned(item.amount, locale)}
            </p>
            <p className="text-xs text-soft">
              {t("credits.balanceAfter", { credits: formatNumber(item.balanceAfter, locale) })}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
