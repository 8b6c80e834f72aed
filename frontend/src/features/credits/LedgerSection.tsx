/** The ledger with its filters, page by page. */
import { useQuery } from "@tanstack/react-query";
import { ReceiptText, X } from "lucide-react";
import { useLocation } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { IconButton } from "@/components/ui/button";
import { Segmented } from "@/components/ui/choice";
import { EmptyState } from "@/components/ui/empty-state";
import { Pager } from "@/components/ui/pager";
import { Ledger } from "@/features/credits/Ledger";
import { useTranslation } from "@/locales/i18n";
import { type CreditsSearch, paths, TRANSACTION_TYPES } from "@/services/paths";
import { ledgerQuery } from "@/services/queries";
import type { CreditTransaction } from "@/types/api";
import { LEDGER_PAGE } from "@/utils/constants";

export function LedgerSection({ search }: { search: CreditsSearch }) {
  const { t } = useTranslation();
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
