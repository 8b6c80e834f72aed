import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { TextField } from "@/components/ui/field";
import { useEnter } from "@/hooks/useEnter";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { appQuery } from "@/services/queries";
import { register } from "@/services/session";
import { showToast } from "@/services/toasts";
import { AuthLayout } from "./AuthLayout";
import { CredentialsForm } from "./CredentialsForm";

/** Open, by invitation link, or closed, as the operator set it. */
export function RegisterPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const next = query.get("next");
  const invitation = query.get("invitation");
  const enter = useEnter();
  const { data: app } = useQuery(appQuery);
  const [username, setUsername] = useState("");
  const refused =
    app?.registration === "closed"
      ? t("account.register.closed")
      : app?.registration === "invite" && !invitation
        ? t("account.register.inviteOnly")
        : null;
  return (
    <AuthLayout title={t("account.register.title")}>
      {refused ? (
        <p className="rounded-md bg-amber-wash px-3 py-2 text-sm text-amber">{refused}</p>
      ) : (
        <CredentialsForm
          action={t("account.register.action")}
          fresh
          onSubmit={async (credentials) => {
            const name = username.trim();
            const user = await register({
              ...credentials,
              ...(name && { username: name }),
              ...(invitation && { invitation }),
            });
            await enter(user, next);
            if (app?.mail) showToast({ text: t("account.verify.toast", { email: user.email }) });
          }}
        >
          <TextField
            label={t("account.usernameOptional")}
            name="username"
            autoComplete="nickname"
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        </CredentialsForm>
      )}
      <p className="text-sm text-soft">
        {t("account.register.toLogin")}{" "}
        <Link
          href={paths.login(next ? { next } : {})}
          className="inline-flex min-h-6 items-center font-medium text-azurite underline underline-offset-4"
        >
          {t("account.login.link")}
        </Link>
      </p>
    </AuthLayout>
  );
}
