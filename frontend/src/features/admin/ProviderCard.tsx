/** One vendor: its state, where its keys are made, the accounts with it, and a place for another key. */
import clsx from "clsx";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { type TFunction, useTranslation } from "@/locales/i18n";
import type { Provider } from "@/types/api";
import { CredentialForm } from "./CredentialForm";
import { CredentialRow } from "./CredentialRow";
import { EnvironmentRow } from "./EnvironmentRow";
import { KeyPageLink } from "./KeyPageLink";

type ProviderCardProps = { provider: Provider; onChange: () => Promise<void> };

export function ProviderCard({ provider, onChange }: ProviderCardProps) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const { environment, credentials } = provider;
  const accounts = environment.accounts.length + credentials.length;
  return (
    <section
      aria-label={provider.name}
      className="grid grid-cols-1 gap-4 rounded-xl border border-line bg-surface p-5 shadow-card"
    >
      <div className="grid grid-cols-1 gap-1">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="font-semibold">{provider.name}</h2>
          <State provider={provider} />
        </div>
        <p className="text-xs text-soft">{modelsLine(provider, t)}</p>
      </div>
      {accounts > 0 ? (
        <ul className="grid grid-cols-1 gap-3">
          {environment.accounts.map((account, at) => (
            <EnvironmentRow key={account.label} provider={provider} account={account} testable={at === 0} />
          ))}
          {credentials.map((credential) => (
            <CredentialRow
              key={credential.id}
              provider={provider}
              credential={credential}
              onChange={onChange}
            />
          ))}
        </ul>
      ) : null}
      {adding ? (
        <CredentialForm
          provider={provider}
          action={t("admin.form.testAndSave")}
          onCancel={() => setAdding(false)}
          onSaved={async () => {
            await onChange();
            setAdding(false);
          }}
        />
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => setAdding(true)}>
            <Plus aria-hidden className="size-4" />
            {t(addWords(provider, accounts))}
          </Button>
          <KeyPageLink provider={provider} />
        </div>
      )}
    </section>
  );
}

function State({ provider }: { provider: Provider }) {
  const { t } = useTranslation();
  const { environment, credentials, configured } = provider;
  const used = credentials.filter(({ enabled, readable }) => enabled && readable);
  const all = [...environment.accounts, ...used];
  const [word, look] = !configured
    ? ([provider.needs === "key" ? "noKey" : "noAddress", "bg-sunken text-soft"] as const)
    : environment.accounts.length === 0 && used.every(({ lastTest }) => lastTest?.ok === false)
      ? (["failed", "bg-cinnabar-wash text-cinnabar-ink"] as const)
      : all.every(({ restsUntil }) => restsUntil !== null)
        ? (["resting", "bg-amber-wash text-amber"] as const)
        : (["on", "bg-jade-wash text-jade"] as const);
  return (
    <span className={clsx("rounded-full px-2.5 py-0.5 text-xs font-medium", look)}>
      {t(`admin.providers.state.${word}`)}
    </span>
  );
}

/** What is added: a key, or a server of one's own. */
function addWords({ needs }: Provider, accounts: number) {
  if (needs === "address") return "admin.providers.addServer";
  return accounts > 0 ? "admin.providers.addAnother" : "admin.providers.add";
}

function modelsLine({ models }: Provider, t: TFunction): string {
  if (models.length === 0) return t("admin.providers.noModels");
  return t("admin.providers.models", {
    names: models.map(({ name }) => name).join(t("admin.providers.comma")),
  });
}
