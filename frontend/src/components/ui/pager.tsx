/** Previous and next, with the place in between. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "@/locales/i18n";
import { IconButton } from "./button";

type PagerProps = { page: number; pages: number; onChange: (page: number) => void };

export function Pager({ page, pages, onChange }: PagerProps) {
  const { t } = useTranslation();
  if (pages <= 1) return null;
  return (
    <nav
      className="flex items-center justify-center gap-3 py-6"
      aria-label={t("common.page.position", { page, pages })}
    >
      <IconButton label={t("common.page.previous")} disabled={page <= 1} onClick={() => onChange(page - 1)}>
        <ChevronLeft aria-hidden className="size-5" />
      </IconButton>
      <span className="text-sm tabular-nums">{t("common.page.position", { page, pages })}</span>
      <IconButton label={t("common.page.next")} disabled={page >= pages} onClick={() => onChange(page + 1)}>
        <ChevronRight aria-hidden className="size-5" />
      </IconButton>
    </nav>
  );
}
