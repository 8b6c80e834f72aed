/** Where a key of a vendor is made, in a window of its own. */
import { ExternalLink } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import type { Provider } from "@/types/api";

export function KeyPageLink({ provider }: { provider: Provider }) {
  const { t } = useTranslation();
  if (!provider.keyPage) return null;
  return (
    <a href={provider.keyPage} target="_blank" rel="noreferrer" className={buttonClass("quiet")}>
      {t("admin.providers.keyPage")}
      <ExternalLink aria-hidden className="size-4" />
    </a>
  );
}
