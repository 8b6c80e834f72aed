/** Busy, with words for those who cannot see it turn. */
import clsx from "clsx";
import { useTranslation } from "@/locales/i18n";

type LoadingSpinnerProps = { label?: string; className?: string };

export function LoadingSpinner({ label, className }: LoadingSpinnerProps) {
  const { t } = useTranslation();
  return (
    <span role="status" className={clsx("inline-flex items-center justify-center", className)}>
      <svg viewBox="0 0 24 24" className="size-6 animate-spin text-azurite" aria-hidden="true">
        <circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" strokeWidth="2.5" opacity="0.2" />
        <path
          d="M12 3a9 9 0 0 1 9 9"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.5"
          strokeLinecap="round"
        />
      </svg>
      <span className="sr-only">{label ?? t("common.loading")}</span>
    </span>
  );
}
