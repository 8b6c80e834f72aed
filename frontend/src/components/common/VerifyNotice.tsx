/** Says that the address is not confirmed yet, why it should be, and sends the link again. */
import { useQuery } from "@tanstack/react-query";
import { MailWarning } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { useSubmit } from "@/hooks/useSubmit";
import { useTranslation } from "@/locales/i18n";
import { sendVerification } from "@/services/account";
import { appQuery, meQuery } from "@/services/queries";
import { ErrorMessage } from "./ErrorMessage";

export function VerifyNotice() {
  const { t } = useTranslation();
  const { data: app } = useQuery(appQuery);
  const { data: user } = useQuery(meQuery);
  const [sent, setSent] = useState(false);
  const { busy, error, submit } = useSubmit(async () => {
    await sendVerification();
    setSent(true);
  });
  if (!app?.mail || !user || user.emailVerified) return null;
  return (
    <form onSubmit={submit} className="grid gap-3 rounded-xl bg-amber-wash p-4 text-sm">
      <p className="flex gap-2.5">
        <MailWarning aria-hidden className="mt-0.5 size-4 shrink-0 text-amber" />
        <span className="min-w-0 wrap-anywhere">{t("account.verify.notice", { email: user.email })}</span>
      </p>
      {error ? <ErrorMessage error={error} /> : null}
      {sent ? (
        <p role="status">{t("account.verify.sent")}</p>
      ) : (
        <Button type="submit" disabled={busy} className="justify-self-start">
          {t("account.verify.again")}
        </Button>
      )}
    </form>
  );
}
