/** The balance, what is for sale, codes, payments, and every entry that made the balance. */
import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useLocation, useSearchParams } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { VerifyNotice } from "@/components/common/VerifyNotice";
import { LedgerSection } from "@/features/credits/LedgerSection";
import { Payments } from "@/features/credits/Payments";
import { Redeem } from "@/features/credits/Redeem";
import { ReturnNote } from "@/features/credits/ReturnNote";
import { Shop } from "@/features/credits/Shop";
import { useTranslation } from "@/locales/i18n";
import { packsQuery, paymentsQuery } from "@/services/billing";
import { paths, readCreditsSearch } from "@/services/paths";
import { creditsQuery } from "@/services/queries";
import { formatNumber } from "@/utils/formatting";

export function CreditsPage() {
  const { t, language } = useTranslation();
  const [query] = useSearchParams();
  const search = readCreditsSearch(query);
  const [, navigate] = useLocation();
  // What is for sale and what was paid stand above the ledger: it would jump if it were there before them.
  const packs = useQuery(packsQuery(language));
  const payments = useQuery(paymentsQuery(language, 0));
  const closeNote = () =>
    navigate(paths.credits({ ...search, payment: undefined, cancelled: undefined }), { replace: true });
  return (
    <div className="mx-auto grid max-w-4xl gap-6 p-4 lg:p-8">
      <h1 className="text-2xl font-semibold tracking-tight">{t("credits.title")}</h1>
      <VerifyNotice />
      {search.payment ? (
        <ReturnNote
          key={search.payment}
          payment={search.payment}
          cancelled={search.cancelled !== undefined}
          onClose={closeNote}
        />
      ) : null}
      <Balance />
      {packs.isPending || payments.isPending ? (
        <div className="grid min-h-60 place-items-center">
          <LoadingSpinner />
        </div>
      ) : (
        <>
          <Shop />
          <Redeem />
          <Payments />
          <LedgerSection search={search} />
        </>
      )}
    </div>
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
      {data && data.debt > 0 ? (
        <p className="text-sm text-cinnabar-ink sm:col-span-3">
          {t("credits.debt", { credits: number(data.debt) })}
        </p>
      ) : null}
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
