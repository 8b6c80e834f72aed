/** What to run on the server to see the set-up link again. */
import { useTranslation } from "@/locales/i18n";
import { Command } from "./Command";

export function SetupCommand() {
  const { t } = useTranslation();
  return <Command hint={t("common.setup.again")} text="danqing setup-link" />;
}
