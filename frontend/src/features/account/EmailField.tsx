/** An e-mail address, and what is wrong with it once somebody tried to send it. */
import { TextField } from "@/components/ui/field";
import { useTranslation } from "@/locales/i18n";
import { looksLikeEmail } from "@/utils/validation";

type EmailFieldProps = {
  /** An address that is new here; a known one names the account. */
  fresh: boolean;
  /** Its name, where it is not just "e-mail". */
  label?: string;
  value: string;
  tried: boolean;
  /** What the server said of it. */
  complaint: string | null | undefined;
  onChange: (value: string) => void;
};

export function EmailField({ fresh, label, value, tried, complaint, onChange }: EmailFieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      label={label ?? t("account.email")}
      type="email"
      name="email"
      autoComplete={fresh ? "email" : "username"}
      autoCapitalize="none"
      spellCheck={false}
      required
      value={value}
      error={tried && !looksLikeEmail(value) ? t("account.emailInvalid") : complaint}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
