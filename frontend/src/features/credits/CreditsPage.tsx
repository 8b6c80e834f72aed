/** The balance and every entry that made it, each with a way to the task it belongs to. */
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ReceiptText, ShieldCheck, X } from "lucide-react";
import { Link, useLocation, useSearchParams } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { VerifyNotice } from "@/components/common/VerifyNotice";
import { IconButton } from "@/components/ui/button";
import { Segmented } from "@/components/ui/choice";
import { EmptyState } from "@/components/ui/empty-state";
import { Pager } from "@/components/ui/pager";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { paths, readCreditsSearch, TRANSACTION_TYPES } from "@/services/paths";
import { creditsQuery, ledgerQuery } from "@/services/queries";
import type { CreditTransaction } from "@/types/api";
import { LEDGER_PAGE } from "@/utils/constants";
import { formatDateTime, formatNumber, formatSigned } from "@/utils/formatting";

export function CreditsPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const search = readCreditsSearch(query);
  const [, navigate] = useLocation();
  const page = search.page ?? 1;
  const ledger = useQuery(
    ledgerQuery({
      offset: (page - 1) * LEDGER_PAGE,
      ...(search.type && { transactionType: search.type }),
      ...(search.taskId && { taskId: search.taskId }),
    }),
  );
  const items = ledger.data?.items ?? [];
  const taskNo = items[0]?.taskNo ?? search.taskId ?? "";
  return (
    <div className="mx-auto grid max-w-4xl gap-6 p-4 lg:p-8">
      <h1 className="text-2xl font-semibold tracking-tight">{t("credits.title")}</h1>
      <VerifyNotice />
      <Balance />
      <section className="grid gap-3">
        <div className="flex flex-wrap items-end justify-between gap-3">
          <h2 className="text-lg font-semibold">{t("credits.ledger")}</h2>
          <TypeFilter
            type={search.type}
            onChange={(type) =>
              navigate(paths.credits({ ...search, page: undefined, type }), { replace: true })
            }
          />
        </div>
        {search.taskId ? (
          <p className="flex items-center gap-1 text-sm text-soft">
            {t("credits.forTask", { taskNo })}
            <IconButton label={t("tasks.clearFilters")} onClick={() => navigate(paths.credits())}>
              <X aria-hidden className="size-4" />
            </IconButton>
          </p>
        ) : null}
        {ledger.isError ? <ErrorMessage error={ledger.error} onRetry={() => void ledger.refetch()} /> : null}
        {ledger.isPending ? (
          <div className="grid min-h-60 place-items-center">
            <LoadingSpinner />
          </div>
        ) : null}
        {ledger.data && items.length === 0 ? (
          <EmptyState
            icon={<ReceiptText aria-hidden className="size-12" strokeWidth={1.2} />}
            title={t("credits.emptyTitle")}
            body={t("credits.emptyBody")}
          />
        ) : null}
        {items.length > 0 ? <Ledger items={items} /> : null}
        <Pager
          page={page}
          pages={Math.ceil((ledger.data?.total ?? 0) / LEDGER_PAGE)}
          onChange={(next) => navigate(paths.credits({ ...search, page: next }))}
        />
      </section>
    </div>
  );
}

type TransactionType = CreditTransaction["transactionType"];

type TypeFilterProps = {
  type: TransactionType | undefined;
  onChange: (type: TransactionType | undefined) => void;
};

function TypeFilter({ type, onChange }: TypeFilterProps) {
  const { t } = useTranslation();
  return (
    <Segmented
      hideLabel
      label={t("credits.filter")}
      value={type ?? "all"}
      options={[
        { value: "all", label: t("common.all") },
        ...TRANSACTION_TYPES.map((each) => ({ value: each, label: t(`credits.type.${each}`) })),
      ]}
      onChange={(value) => onChange(TRANSACTION_TYPES.find((each) => each === value))}
    />
  );
}

function Balance() {
  const { t, language } = useTranslation();
  const { data, isError, error, refetch } = useQuery(creditsQuery);
  if (isError) return <ErrorMessage error={error} onRetry={() => void refetch()} />;
  const number = (value: number | undefined) => (value === undefined ? "–" : formatNumber(value, language));
  return (
    <section className="grid gap-4 rounded-xl border border-line bg-surface p-5 shadow-card sm:grid-cols-[1fr_auto_auto] sm:items-end sm:gap-10 sm:p-6">
      <div>
        <h2 className="text-sm text-soft">{t("credits.balance")}</h2>
        <p className="min-h-12 text-4xl font-semibold tracking-tight tabular-nums">
          {data?.unlimited ? t("common.unlimited") : number(data?.credits)}
        </p>
      </div>
      <Total name={t("credits.earned")} value={number(data?.totalEarned)} />
      <Total name={t("credits.spent")} value={number(data?.totalSpent)} />
      <p className="flex items-start gap-1.5 border-t border-line pt-4 text-xs text-soft sm:col-span-3">
        <ShieldCheck aria-hidden className="size-4 shrink-0 text-jade" />
        {data?.unlimited ? t("credits.unlimitedNote") : t("credits.promise")}
      </p>
    </section>
  );
}

function Total({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex items-baseline justify-between gap-4 sm:block">
      <p className="text-sm text-soft">{name}</p>
      <p className="text-lg font-medium tabular-nums">{value}</p>
    </div>
  );
}

const TONES: Record<TransactionType, string> = {
  earn: "bg-jade-wash text-jade",
  spend: "bg-sunken text-soft",
  refund: "bg-azurite-wash text-azurite",
};

function Ledger({ items }: { items: CreditTransaction[] }) {
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
