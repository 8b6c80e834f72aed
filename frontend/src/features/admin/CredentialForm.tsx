/** A key and the way to its vendor. It is tested before it is kept; what the test finds is said in place. */
import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button, IconButton } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Fold } from "@/components/ui/fold";
import { useTranslation } from "@/locales/i18n";
import { type ApiError, toApiError } from "@/services/errors";
import { addCredential, changeCredential, testProvider } from "@/services/providers";
import type { Provider, ProviderCredential, ProviderTest } from "@/types/api";
import {
  bodyOf,
  type CredentialValues,
  type Secret,
  trialOf,
  type ValueName,
  valuesOf,
  withDropped,
} from "./credential-values";
import { KeyPageLink } from "./KeyPageLink";
import { TestNote } from "./TestNote";

type CredentialFormProps = {
  provider: Provider;
  /** The account to be changed; a new one without it. */
  credential?: ProviderCredential;
  action: string;
  onSaved: (credential: ProviderCredential) => Promise<void>;
  onCancel?: () => void;
};

export function CredentialForm({ provider, credential, action, onSaved, onCancel }: CredentialFormProps) {
  const { t } = useTranslation();
  const [values, setValues] = useState(() => valuesOf(credential));
  const { test, error, busy, save } = useSaving({ provider, credential, onSaved });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(values, true);
  };
  const goTo = (baseUrl: string) => {
    const elsewhere = { ...values, baseUrl };
    setValues(elsewhere);
    void save(elsewhere, true);
  };
  const set = (name: ValueName) => (value: string) => setValues({ ...values, [name]: value });
  const takeAway = (name: Secret) => setValues(withDropped(values, name));
  const complaint = (name: ValueName) => error?.fields.find(({ field }) => field === name)?.message;
  const fieldsKnown = error?.fields.some(({ field }) => field in values);
  return (
    <form onSubmit={submit} noValidate className="grid grid-cols-1 gap-4">
      <KeyField
        value={values.apiKey}
        hint={keyHint(provider, credential, t)}
        error={complaint("apiKey")}
        onChange={set("apiKey")}
      />
      {provider.needs === "address" ? (
        <AddressField
          provider={provider}
          value={values.baseUrl}
          error={complaint("baseUrl")}
          onChange={set("baseUrl")}
        />
      ) : null}
      <Fold
        title={t("admin.form.more")}
        open={Boolean(credential?.baseUrl || credential?.proxy || credential?.hasWebhookSecret)}
      >
        <MoreFields
          provider={provider}
          credential={credential}
          values={values}
          set={set}
          onTakeAway={takeAway}
          complaint={complaint}
        />
      </Fold>
      {test ? <TestNote test={test} onUseAddress={goTo} /> : null}
      {error && !fieldsKnown ? <ErrorMessage error={error} /> : null}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" disabled={busy}>
          {busy ? t("admin.providers.testing") : action}
        </Button>
        {test && !test.ok ? (
          <Button disabled={busy} onClick={() => void save(values, false)}>
            {t("admin.form.saveAnyway")}
          </Button>
        ) : null}
        {onCancel ? (
          <Button variant="quiet" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
        ) : null}
        <KeyPageLink provider={provider} />
      </div>
    </form>
  );
}

/** Tests, then keeps: the server remembers with the account what the test found. */
function useSaving({
  provider,
  credential,
  onSaved,
}: Pick<CredentialFormProps, "provider" | "credential" | "onSaved">) {
  const [test, setTest] = useState<ProviderTest | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (values: CredentialValues, tested: boolean) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    setTest(null);
    try {
      const body = bodyOf(values, credential);
      const trial = tested ? trialOf(values, credential) : null;
      const found = trial ? await testProvider(provider.id, trial) : null;
      setTest(found);
      if (!found || found.ok) {
        const kept = credential
          ? await changeCredential(provider.id, credential.id, body)
          : await addCredential(provider.id, body);
        // A stored key on another way to the vendor: only the server can test the two together.
        const rerouted = "baseUrl" in body || "proxy" in body;
        if (tested && !trial && rerouted) await testProvider(provider.id, { credentialId: kept.id });
        await onSaved(kept);
      }
    } catch (reason) {
      setError(toApiError(reason));
    }
    setBusy(false);
  };
  return { test, error, busy, save };
}

type Translate = ReturnType<typeof useTranslation>["t"];

function keyHint(provider: Provider, credential: ProviderCredential | undefined, t: Translate) {
  if (credential?.keyHint) return t("admin.form.keyKept", { hint: credential.keyHint });
  return provider.needs === "address" ? t("admin.form.keyOptional") : t("admin.form.keyHint");
}

type InputProps = { value: string; error: string | undefined; onChange: (value: string) => void };

function KeyField({ value, hint, error, onChange }: InputProps & { hint: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      label={t("admin.form.key")}
      type={shown ? "text" : "password"}
      name="apiKey"
      // Browsers offer passwords of this site for it, which it never is.
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      value={value}
      hint={hint}
      error={error}
      onChange={(event) => onChange(event.target.value)}
      end={
        <IconButton
          label={t(shown ? "admin.form.hideKey" : "admin.form.showKey")}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff aria-hidden className="size-4.5" /> : <Eye aria-hidden className="size-4.5" />}
        </IconButton>
      }
    />
  );
}

function AddressField({ provider, value, error, onChange }: InputProps & { provider: Provider }) {
  const { t } = useTranslation();
  const usual = provider.environment.baseUrl ?? provider.baseUrl;
  return (
    <TextField
      label={t("admin.form.address")}
      type="url"
      name="baseUrl"
      inputMode="url"
      autoComplete="off"
      spellCheck={false}
      value={value}
      hint={usual ? t("admin.form.addressUsual", { url: usual }) : t("admin.form.addressOwn")}
      error={error}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

type MoreFieldsProps = {
  provider: Provider;
  credential: ProviderCredential | undefined;
  values: CredentialValues;
  set: (name: ValueName) => (value: string) => void;
  onTakeAway: (name: Secret) => void;
  complaint: (name: ValueName) => string | undefined;
};

function MoreFields({ provider, credential, values, set, onTakeAway, complaint }: MoreFieldsProps) {
  const { t } = useTranslation();
  const field = (name: ValueName, label: string, hint: string, numeric = false) => (
    <TextField
      label={label}
      name={name}
      {...(numeric && { type: "number", min: 1, inputMode: "numeric" as const })}
      autoComplete="off"
      spellCheck={false}
      value={values[name]}
      hint={hint}
      error={complaint(name)}
      onChange={(event) => set(name)(event.target.value)}
    />
  );
  return (
    <div className="grid grid-cols-1 items-start gap-4 sm:grid-cols-2">
      {provider.needs === "address" ? null : (
        <AddressField
          provider={provider}
          value={values.baseUrl}
          error={complaint("baseUrl")}
          onChange={set("baseUrl")}
        />
      )}
      {field("label", t("admin.form.label"), t("admin.form.labelHint"))}
      <div className="grid justify-items-start gap-1 *:w-full">
        {field(
          "proxy",
          t("admin.form.proxy"),
          values.dropped.includes("proxy")
            ? t("admin.form.dropped")
            : credential?.proxy
              ? t("admin.form.proxyKept", { proxy: credential.proxy })
              : t("admin.form.proxyHint"),
        )}
        {credential?.proxy ? <TakeAway name="proxy" values={values} onTakeAway={onTakeAway} /> : null}
      </div>
      <div className="grid justify-items-start gap-1 *:w-full">
        {field(
          "webhookSecret",
          t("admin.form.webhookSecret"),
          values.dropped.includes("webhookSecret")
            ? t("admin.form.dropped")
            : t(
                credential?.hasWebhookSecret
                  ? "admin.form.webhookSecretKept"
                  : "admin.form.webhookSecretHint",
              ),
        )}
        {credential?.hasWebhookSecret ? (
          <TakeAway name="webhookSecret" values={values} onTakeAway={onTakeAway} />
        ) : null}
      </div>
      {field("weight", t("admin.form.weight"), t("admin.form.weightHint"), true)}
      {field("concurrency", t("admin.form.concurrency"), t("admin.form.concurrencyHint"), true)}
    </div>
  );
}

type TakeAwayProps = { name: Secret; values: CredentialValues; onTakeAway: (name: Secret) => void };

/** What is stored and never shown is taken away by a press, since there is no text to delete. */
function TakeAway({ name, values, onTakeAway }: TakeAwayProps) {
  const { t } = useTranslation();
  const gone = values.dropped.includes(name);
  const word = name === "proxy" ? "admin.form.dropProxy" : "admin.form.dropWebhookSecret";
  return (
    <Button
      size="sm"
      variant={gone ? "quiet" : "danger"}
      className="w-auto!"
      onClick={() => onTakeAway(name)}
    >
      {t(gone ? "common.undo" : word)}
    </Button>
  );
}
