import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";
import { SetupCommand } from "@/components/common/SetupCommand";
import { buttonClass } from "@/components/ui/button";
import { useEnter } from "@/hooks/useEnter";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { appQuery } from "@/services/queries";
import { setUp } from "@/services/session";
import { AuthLayout } from "./AuthLayout";
import { CredentialsForm } from "./CredentialsForm";

/** The owner's account, made once with the token of the printed link. */
export function SetupPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const token = query.get("token");
  const enter = useEnter();
  const { data: app } = useQuery(appQuery);
  if (app && !app.setupRequired) {
    return (
      <AuthLayout title={t("account.setup.title")}>
        <p>{t("account.setup.done")}</p>
        <Link href={paths.login()} className={buttonClass("primary", "lg")}>
          {t("account.login.action")}
        </Link>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t("account.setup.title")}>
      {token ? (
        <>
          <p className="text-sm">{t("account.setup.body")}</p>
          <CredentialsForm
            action={t("account.setup.action")}
            fresh
            onSubmit={async (credentials) => enter(await setUp({ token, ...credentials }), paths.firstKey)}
          />
        </>
      ) : (
        <>
          <p className="rounded-md bg-amber-wash px-3 py-2 text-sm text-amber">
            {t("account.setup.missing")}
          </p>
          <SetupCommand />
        </>
      )}
    </AuthLayout>
  );
}
