/** A password that can be looked at while it is typed. */
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { useTranslation } from "@/locales/i18n";

type PasswordFieldProps = {
  /** A new password says how long it must be. */
  fresh: boolean;
  /** Its name, where it is not just "password". */
  label?: string;
  name?: string;
  value: string;
  error: string | null | undefined;
  onChange: (value: string) => void;
};

export function PasswordField({
  fresh,
  label,
  name = "password",
  value,
  error,
  onChange,
}: PasswordFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      label={label ?? t("account.password")}
      type={shown ? "text" : "password"}
      name={name}
      autoComplete={fresh ? "new-password" : "current-password"}
      required
      hint={fresh ? t("account.passwordHint") : undefined}
      value={value}
      error={error}
      onChange={(event) => onChange(event.target.value)}
      end={
        <IconButton
          label={t(shown ? "account.hidePassword" : "account.showPassword")}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff aria-hidden className="size-4.5" /> : <Eye aria-hidden className="size-4.5" />}
        </IconButton>
      }
    />
  );
}
