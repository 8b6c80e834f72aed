/** Asks for a link to choose a new password. What is said is the same for every address. */
import { useQuery } from "@tanstack/react-query";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { Command } from "@/components/common/Command";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button } from "@/components/ui/button";
import { useSubmit } from "@/hooks/useSubmit";
import { useTranslation } from "@/locales/i18n";
import { forgotPassword } from "@/services/account";
import { paths } from "@/services/paths";
import { appQuery } from "@/services/queries";
import { looksLikeEmail } from "@/utils/validation";
import { AuthLayout } from "./AuthLayout";
import { EmailField } from "./EmailField";

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const { data: app } = useQuery(appQuery);
  const [sentTo, setSentTo] = useState<string | null>(null);
  return (
    <AuthLayout title={t("account.forgot.title")}>
      {app && !app.mail ? (
        <>
          <p className="rounded-md bg-amber-wash px-3 py-2 text-sm text-amber">
            {t("account.forgot.noMail")}
          </p>
          <Command hint={t("account.forgot.operator")} text="danqing user reset-link EMAIL" />
        </>
      ) : sentTo ? (
        <div role="status" className="grid gap-3">
          <p className="flex gap-2.5 rounded-md bg-jade-wash px-3 py-2.5 text-sm">
            <MailCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-jade" />
            <span className="min-w-0 wrap-anywhere">{t("account.forgot.sent", { email: sentTo })}</span>
          </p>
          <p className="text-sm text-soft">{t("account.forgot.nothing")}</p>
        </div>
      ) : (
        <AskForm onSent={setSentTo} />
      )}
      <Link
        href={paths.login()}
        className="inline-flex min-h-6 items-center text-sm font-medium text-azurite underline underline-offset-4"
      >
        {t("account.backToLogin")}
      </Link>
    </AuthLayout>
  );
}

function AskForm({ onSent }: { onSent: (email: string) => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [tried, setTried] = useState(false);
  const { busy, error, submit, complaint } = useSubmit(async () => {
    setTried(true);
    if (!looksLikeEmail(email)) return;
    await forgotPassword(email.trim());
    onSent(email.trim());
  });
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <p className="text-sm">{t("account.forgot.body")}</p>
      <EmailField
        fresh={false}
        value={email}
        tried={tried}
        complaint={complaint("email")}
        onChange={setEmail}
      />
      {error ? <ErrorMessage error={error} /> : null}
      <Button type="submit" variant="primary" size="lg" disabled={busy}>
        {t("account.forgot.action")}
      </Button>
    </form>
  );
}
