/** E-mail and password with the checks and complaints that log-in, registration and set-up share. */
import { type ReactNode, useState } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Button } from "@/components/ui/button";
import { useSubmit } from "@/hooks/useSubmit";
import { useTranslation } from "@/locales/i18n";
import { isPasswordLongEnough, looksLikeEmail } from "@/utils/validation";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";

type Credentials = { email: string; password: string };

type CredentialsFormProps = {
  action: string;
  /** A new password is checked for length; an old one is whatever it is. */
  fresh: boolean;
  onSubmit: (credentials: Credentials) => Promise<void>;
  /** Fields between the password and the button. */
  children?: ReactNode;
};

export function CredentialsForm({ action, fresh, onSubmit, children }: CredentialsFormProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);

  const passwordOk = fresh ? isPasswordLongEnough(password) : password !== "";
  const passwordError =
    tried && !passwordOk ? t(fresh ? "account.passwordShort" : "account.passwordMissing") : null;
  const { busy, error, submit, complaint } = useSubmit(async () => {
    setTried(true);
    if (!looksLikeEmail(email) || !passwordOk) return;
    await onSubmit({ email: email.trim(), password });
  });

  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <EmailField
        fresh={fresh}
        value={email}
        tried={tried}
        complaint={complaint("email")}
        onChange={setEmail}
      />
      <PasswordField
        fresh={fresh}
        value={password}
        error={passwordError ?? complaint("password")}
        onChange={setPassword}
      />
      {children}
      {error ? <ErrorMessage error={error} /> : null}
      <Button type="submit" variant="primary" size="lg" disabled={busy}>
        {busy ? <LoadingSpinner className="[&_svg]:size-5 [&_svg]:text-current" /> : null}
        {action}
      </Button>
    </form>
  );
}
