/** What to run on the server to see the set-up link again. */
import { Terminal } from "lucide-react";
import { useTranslation } from "@/locales/i18n";

export function SetupCommand() {
  const { t } = useTranslation();
  return (
    <div className="grid gap-2">
      <p className="text-sm text-soft">{t("common.setup.again")}</p>
      <p className="flex items-center gap-3 rounded-lg bg-[#16181b] px-4 py-3 font-mono text-sm text-white">
        <Terminal aria-hidden className="size-4 shrink-0 opacity-70" />
        <code>danqing setup-link</code>
      </p>
    </div>
  );
}
