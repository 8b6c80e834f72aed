/** Saves the picture that is looked at, by press or by shortcut. */
import { Download } from "lucide-react";
import { useRef } from "react";
import { type ButtonSize, buttonClass } from "@/components/ui/button";
import { useShortcut } from "@/hooks/useShortcut";
import { useTranslation } from "@/locales/i18n";

type DownloadLinkProps = { href: string; size?: ButtonSize; className?: string };

export function DownloadLink({ href, size, className }: DownloadLinkProps) {
  const { t } = useTranslation();
  const link = useRef<HTMLAnchorElement>(null);
  useShortcut("download", () => link.current?.click());
  return (
    <a
      ref={link}
      href={href}
      download
      aria-keyshortcuts="d"
      className={buttonClass("primary", size, className)}
    >
      <Download aria-hidden className="size-4" />
      {t("common.download")}
    </a>
  );
}
