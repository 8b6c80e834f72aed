import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";
import { useEnter } from "@/hooks/useEnter";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { appQuery } from "@/services/queries";
import { logIn } from "@/services/session";
import { AuthLayout } from "./AuthLayout";
import { CredentialsForm } from "./CredentialsForm";

/** Log in, and go back to where the visitor was headed. */
export function LoginPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const next = query.get("next");
  const lost = query.get("lost");
  const enter = useEnter();
  const app = useQuery(appQuery);
  return (
    <AuthLayout title={t("account.login.title")}>
      {lost ? (
        <p role="status" className="rounded-md bg-amber-wash px-3 py-2 text-sm text-amber">
          {t("account.sessionLost")}
        </p>
      ) : null}
      <CredentialsForm
        action={t("account.login.action")}
        fresh={false}
        onSubmit={async ({ email, password }) => enter(await logIn(email, password), next)}
      />
      <Link
        href={paths.forgotPassword}
        className="inline-flex min-h-6 items-center justify-self-start text-sm font-medium text-azurite underline underline-offset-4"
      >
        {t("account.forgot.link")}
      </Link>
      {app.data?.registration === "open" ? (
        <p className="text-sm text-soft">
          {t("account.login.toRegister")}{" "}
          <Link
            href={paths.register(next ? { next } : {})}
            className="inline-flex min-h-6 items-center font-medium text-azurite underline underline-offset-4"
          >
            {t("account.register.link")}
          </Link>
        </p>
      ) : null}
    </AuthLayout>
  );
}
