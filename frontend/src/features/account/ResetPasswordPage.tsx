/** Chooses a new password with the link that came by mail. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button, buttonClass } from "@/components/ui/button";
import { useSubmit } from "@/hooks/useSubmit";
import { useTranslation } from "@/locales/i18n";
import { resetPassword } from "@/services/account";
import { isCode } from "@/services/errors";
import { paths } from "@/services/paths";
import { forgetAccount } from "@/services/queries";
import { showToast } from "@/services/toasts";
import { isPasswordLongEnough } from "@/utils/validation";
import { AuthLayout } from "./AuthLayout";
import { PasswordField } from "./PasswordField";

export function ResetPasswordPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const token = query.get("token") ?? "";
  const [, navigate] = useLocation();
  const cache = useQueryClient();
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const { busy, error, submit, complaint } = useSubmit(async () => {
    setTried(true);
    if (!isPasswordLongEnough(password)) return;
    await resetPassword(token, password);
    // Whoever was logged in here is not any more.
    forgetAccount(cache);
    showToast({ text: t("account.reset.done") });
    navigate(paths.login(), { replace: true });
  });
  const short = tried && !isPasswordLongEnough(password) ? t("account.passwordShort") : null;
  const isOver = isCode(error, "link_invalid");
  return (
    <AuthLayout title={t("account.reset.title")}>
      <form onSubmit={submit} noValidate className="grid gap-4">
        <p className="text-sm">{t("account.reset.body")}</p>
        <PasswordField
          fresh
          label={t("account.newPassword")}
          value={password}
          error={short ?? complaint("password")}
          onChange={setPassword}
        />
        {error ? <ErrorMessage error={error} /> : null}
        {isOver ? (
          <Link href={paths.forgotPassword} className={buttonClass("primary", "lg")}>
            {t("account.reset.again")}
          </Link>
        ) : null}
        <Button type="submit" variant={isOver ? "secondary" : "primary"} size="lg" disabled={busy}>
          {t("account.reset.action")}
        </Button>
      </form>
    </AuthLayout>
  );
}
