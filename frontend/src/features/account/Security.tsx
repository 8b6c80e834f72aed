/** The password, the address, and where one is logged in. Both changes ask for the present password. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button } from "@/components/ui/button";
import { Fold } from "@/components/ui/fold";
import { useSubmit } from "@/hooks/useSubmit";
import { useTranslation } from "@/locales/i18n";
import { changeEmail, changePassword, sessionsQuery } from "@/services/account";
import { appQuery } from "@/services/queries";
import { showToast } from "@/services/toasts";
import { isPasswordLongEnough, looksLikeEmail } from "@/utils/validation";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { SessionList } from "./SessionList";

export function Security() {
  const { t } = useTranslation();
  const { data: app } = useQuery(appQuery);
  return (
    <>
      <Fold title={t("account.security.password")}>
        <PasswordForm />
      </Fold>
      <Fold title={t("account.security.email")}>
        {app?.mail ? <EmailForm /> : <p className="text-sm text-soft">{t("account.security.noMail")}</p>}
      </Fold>
      <SessionList />
    </>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [tried, setTried] = useState(false);
  const { busy, error, submit, complaint } = useSubmit(async () => {
    setTried(true);
    if (current === "" || !isPasswordLongEnough(next)) return;
    await changePassword(current, next);
    setCurrent("");
    setNext("");
    setTried(false);
    showToast({ text: t("account.security.passwordDone") });
    await cache.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  }, ["currentPassword", "password"]);
  const short = tried && !isPasswordLongEnough(next) ? t("account.passwordShort") : null;
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <CurrentPassword
        value={current}
        error={missing(tried, current, t) ?? complaint("currentPassword")}
        onChange={setCurrent}
      />
      <PasswordField
        fresh
        label={t("account.newPassword")}
        value={next}
        error={short ?? complaint("password")}
        onChange={setNext}
      />
      {error ? <ErrorMessage error={error} /> : null}
      <p className="text-xs text-soft">{t("account.security.passwordHint")}</p>
      <Button type="submit" disabled={busy} className="justify-self-start">
        {t("account.security.passwordAction")}
      </Button>
    </form>
  );
}

function EmailForm() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [email, setEmail] = useState("");
  const [tried, setTried] = useState(false);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { busy, error, submit, complaint } = useSubmit(async () => {
    setTried(true);
    setSentTo(null);
    if (current === "" || !looksLikeEmail(email)) return;
    await changeEmail(current, email.trim());
    setSentTo(email.trim());
    setCurrent("");
    setTried(false);
  }, ["currentPassword", "email"]);
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <EmailField
        fresh
        label={t("account.security.newEmail")}
        value={email}
        tried={tried}
        complaint={complaint("email")}
        onChange={setEmail}
      />
      <CurrentPassword
        value={current}
        error={missing(tried, current, t) ?? complaint("currentPassword")}
        onChange={setCurrent}
      />
      {error ? <ErrorMessage error={error} /> : null}
      {sentTo ? (
        <p role="status" className="rounded-md bg-jade-wash px-3 py-2.5 text-sm wrap-anywhere">
          {t("account.security.emailSent", { email: sentTo })}
        </p>
      ) : null}
      <Button type="submit" disabled={busy} className="justify-self-start">
        {t("account.security.emailAction")}
      </Button>
    </form>
  );
}

type CurrentPasswordProps = {
  value: string;
  error: string | null | undefined;
  onChange: (value: string) => void;
};

function CurrentPassword(props: CurrentPasswordProps) {
  const { t } = useTranslation();
  return (
    <PasswordField
      fresh={false}
      label={t("account.security.currentPassword")}
      name="current-password"
      {...props}
    />
  );
}

function missing(tried: boolean, value: string, t: ReturnType<typeof useTranslation>["t"]): string | null {
  return tried && value === "" ? t("account.security.currentMissing") : null;
}
