/** An account that was given here: tested, changed, paused and removed in place. */
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { toApiError } from "@/services/errors";
import { changeCredential, removeCredential, testProvider } from "@/services/providers";
import { showError, showToast } from "@/services/toasts";
import type { Provider, ProviderCredential } from "@/types/api";
import { formatDateTime } from "@/utils/formatting";
import { CredentialForm } from "./CredentialForm";
import { TestNote } from "./TestNote";

type CredentialRowProps = {
  provider: Provider;
  credential: ProviderCredential;
  onChange: () => Promise<void>;
};

export function CredentialRow({ provider, credential, onChange }: CredentialRowProps) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<Mode>("shown");
  const { busy, doing } = useDoing(onChange);
  const { id, lastTest } = credential;
  const test = () => testProvider(provider.id, { credentialId: id });
  const toggle = () => changeCredential(provider.id, id, { enabled: !credential.enabled });
  const remove = async () => {
    await removeCredential(provider.id, id);
    showToast({ text: t("admin.providers.removed", { label: credential.label }) });
  };
  const goTo = async (baseUrl: string) => {
    await changeCredential(provider.id, id, { baseUrl });
    await test();
  };
  return (
    <li className="grid grid-cols-1 gap-2 rounded-lg border border-line p-3">
      <Facts credential={credential} />
      {lastTest && mode !== "changing" ? (
        <TestNote test={lastTest} onUseAddress={(baseUrl) => void doing("other", () => goTo(baseUrl))()} />
      ) : null}
      {mode === "changing" ? (
        <CredentialForm
          provider={provider}
          credential={credential}
          action={t("common.save")}
          onCancel={() => setMode("shown")}
          onSaved={async () => {
            await onChange();
            setMode("shown");
          }}
        />
      ) : null}
      {mode === "removing" ? (
        <Row>
          <p className="text-sm">{t("admin.providers.removeSure", { label: credential.label })}</p>
          <Button size="sm" variant="danger" disabled={busy !== null} onClick={doing("other", remove)}>
            {t("admin.providers.remove")}
          </Button>
          <Button size="sm" onClick={() => setMode("shown")}>
            {t("common.cancel")}
          </Button>
        </Row>
      ) : null}
      {mode === "shown" ? (
        <Actions
          credential={credential}
          busy={busy}
          onMode={setMode}
          onTest={doing("test", test)}
          onToggle={doing("other", toggle)}
        />
      ) : null}
    </li>
  );
}

type Mode = "shown" | "changing" | "removing";
type Doing = "test" | "other";

/** One thing at a time, and the list anew after it. */
function useDoing(onChange: () => Promise<void>) {
  const [busy, setBusy] = useState<Doing | null>(null);
  const doing = (what: Doing, action: () => Promise<unknown>) => async () => {
    setBusy(what);
    try {
      await action();
      await onChange();
    } catch (reason) {
      showError(toApiError(reason));
    }
    setBusy(null);
  };
  return { busy, doing };
}

type ActionsProps = {
  credential: ProviderCredential;
  busy: Doing | null;
  onMode: (mode: Mode) => void;
  onTest: () => Promise<void>;
  onToggle: () => Promise<void>;
};

function Actions({ credential, busy, onMode, onTest, onToggle }: ActionsProps) {
  const { t } = useTranslation();
  return (
    <Row>
      <Button size="sm" disabled={busy !== null || !credential.readable} onClick={onTest}>
        {t(busy === "test" ? "admin.providers.testing" : "admin.providers.test")}
      </Button>
      <Button size="sm" variant="quiet" onClick={() => onMode("changing")}>
        {t("admin.providers.change")}
      </Button>
      <Button size="sm" variant="quiet" disabled={busy !== null} onClick={onToggle}>
        {t(credential.enabled ? "admin.providers.pause" : "admin.providers.resume")}
      </Button>
      <Button size="sm" variant="danger" onClick={() => onMode("removing")}>
        {t("admin.providers.remove")}
      </Button>
    </Row>
  );
}

const Row = ({ children }: { children: ReactNode }) => (
  <div className="flex flex-wrap items-center gap-2">{children}</div>
);

/** What it is called, how its key ends, where it leads, and what keeps it from being used. */
function Facts({ credential }: { credential: ProviderCredential }) {
  const { t, language } = useTranslation();
  const { keyHint, baseUrl, proxy, restsUntil, lastTest } = credential;
  const facts = [
    keyHint && t("admin.providers.keyEnds", { hint: keyHint }),
    baseUrl,
    proxy && t("admin.providers.via", { proxy }),
    lastTest && t("admin.providers.tested", { date: formatDateTime(lastTest.testedAt, language) }),
  ].filter(Boolean);
  return (
    <div className="grid grid-cols-1 gap-0.5">
      <p className="text-sm font-medium break-words">
        {credential.label}
        {credential.enabled ? null : (
          <span className="ml-2 font-normal text-soft">{t("admin.providers.paused")}</span>
        )}
      </p>
      {facts.length > 0 ? <p className="text-xs wrap-anywhere text-soft">{facts.join(" · ")}</p> : null}
      {credential.readable ? null : (
        <p className="text-sm text-cinnabar-ink">{t("admin.providers.unreadable")}</p>
      )}
      {restsUntil ? (
        <p className="text-xs text-amber">
          {t("admin.providers.restsUntil", { time: formatDateTime(restsUntil, language) })}
        </p>
      ) : null}
    </div>
  );
}
