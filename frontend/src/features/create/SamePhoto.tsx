/** That a photo was chosen twice: each is worked on, and each is paid for. */
import { useTranslation } from "@/locales/i18n";
import type { UploadItem } from "@/services/upload-queue";

export function SamePhoto({ items }: { items: UploadItem[] }) {
  const { t } = useTranslation();
  const hashes = items.flatMap(({ stored }) => (stored?.sha256 ? [stored.sha256] : []));
  const twice = new Set(hashes).size < hashes.length;
  return (
    <p role="status" className="text-xs font-medium text-amber empty:hidden">
      {twice ? t("create.twice") : null}
    </p>
  );
}
