import { Link } from "wouter";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState page title={t("common.notFound.title")} body={t("common.notFound.body")}>
      <Link href={paths.create} className={buttonClass("primary")}>
        {t("common.notFound.home")}
      </Link>
    </EmptyState>
  );
}
