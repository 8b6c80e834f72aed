/** The owner's page of vendors: who can be asked, with which key, and whether it works. */
import { Link } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { ProviderCard } from "./ProviderCard";
import { useProviders } from "./useProviders";

export function ProvidersPage() {
  const { t } = useTranslation();
  const { query, providers, changed } = useProviders();
  return (
    <div className="mx-auto grid max-w-3xl gap-6 p-4 lg:p-8">
      <div className="grid gap-1.5">
        <h1 className="text-2xl font-semibold tracking-tight">{t("admin.providers.title")}</h1>
        <p className="text-sm text-soft">
          {t("admin.providers.intro")}{" "}
          <Link
            href={paths.doctor}
            className="inline-flex min-h-6 items-center font-medium text-azurite underline underline-offset-4"
          >
            {t("admin.doctor.link")}
          </Link>
        </p>
      </div>
      {query.isError ? <ErrorMessage error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? (
        <div className="grid min-h-[50dvh] place-items-center">
          <LoadingSpinner />
        </div>
      ) : null}
      {providers.map((provider) => (
        <ProviderCard key={provider.id} provider={provider} onChange={changed} />
      ))}
    </div>
  );
}
