/** Right after the owner's account: one key, tested, and the first picture is one press away. It may be skipped. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { buttonClass } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { catalogueQuery, creditsQuery } from "@/services/queries";
import { CredentialForm } from "./CredentialForm";
import { layOutFirstPicture } from "./first-picture";
import { useProviders } from "./useProviders";

export function FirstKeyPage() {
  const { t, language } = useTranslation();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const credits = useQuery(creditsQuery);
  const { query, providers, changed } = useProviders();
  const [chosen, setChosen] = useState<string | null>(null);
  const provider = providers.find(({ id }) => id === chosen) ?? providers[0];
  const begin = async () => {
    await changed();
    // The catalogue as it is with the key.
    const { tools } = await cache.fetchQuery({ ...catalogueQuery(language), staleTime: 0 });
    if (provider) layOutFirstPicture({ tools, provider: provider.id, credits: credits.data, t });
    navigate(paths.create);
  };
  return (
    <div className="mx-auto grid max-w-lg grid-cols-1 gap-6 p-4 py-8 lg:p-8">
      <div className="grid gap-1.5">
        <h1 className="text-2xl font-semibold tracking-tight">{t("admin.first.title")}</h1>
        <p className="text-sm text-soft">{t("admin.first.intro")}</p>
      </div>
      {query.isError ? <ErrorMessage error={query.error} onRetry={() => void query.refetch()} /> : null}
      {provider ? (
        <section
          aria-label={t("admin.first.title")}
          className="grid grid-cols-1 gap-4 rounded-xl border border-line bg-surface p-5 shadow-card"
        >
          <Field label={t("admin.first.vendor")}>
            {({ id }) => (
              <Select id={id} value={provider.id} onChange={(event) => setChosen(event.target.value)}>
                {providers.map(({ id: value, name }) => (
                  <option key={value} value={value}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <CredentialForm
            key={provider.id}
            provider={provider}
            action={t("admin.first.action")}
            onSaved={begin}
          />
        </section>
      ) : (
        <LoadingSpinner />
      )}
      <div className="grid justify-items-start gap-1">
        <Link href={paths.create} className={buttonClass("quiet")}>
          {t("admin.first.skip")}
        </Link>
        <p className="text-xs text-soft">{t("admin.first.later")}</p>
      </div>
    </div>
  );
}
