/** An account that the server's settings give: it can be tested here, and changed only there. */
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { toApiError } from "@/services/errors";
import { testProvider } from "@/services/providers";
import { showError } from "@/services/toasts";
import type { Provider, ProviderTest } from "@/types/api";
import { TestNote } from "./TestNote";

type EnvironmentRowProps = {
  provider: Provider;
  account: Provider["environment"]["accounts"][number];
  /** The server tests the first of them. */
  testable: boolean;
};

export function EnvironmentRow({ provider, account, testable }: EnvironmentRowProps) {
  const { t } = useTranslation();
  const [test, setTest] = useState<ProviderTest | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      setTest(await testProvider(provider.id, {}));
    } catch (reason) {
      showError(toApiError(reason));
    }
    setBusy(false);
  };
  return (
    <li className="grid grid-cols-1 gap-2 rounded-lg border border-line p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="min-w-0">
          <p className="font-mono text-sm break-all">{account.label}</p>
          <p className="text-xs text-soft">
            {account.keyHint
              ? t("admin.providers.fromSettingsEnding", { hint: account.keyHint })
              : t("admin.providers.fromSettings")}
          </p>
        </div>
        {testable ? (
          <Button size="sm" disabled={busy} onClick={run}>
            {t(busy ? "admin.providers.testing" : "admin.providers.test")}
          </Button>
        ) : null}
      </div>
      {test ? <TestNote test={test} /> : null}
    </li>
  );
}
