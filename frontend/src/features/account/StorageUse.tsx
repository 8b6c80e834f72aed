/** What the account's pictures take of what they may take, and how long they are kept. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "@/locales/i18n";
import { storageQuery } from "@/services/queries";
import { formatBytes, formatPercent } from "@/utils/formatting";

export function StorageUse() {
  const { t, language } = useTranslation();
  const { data } = useQuery(storageQuery);
  if (!data) return <p className="min-h-6" aria-busy />;
  const { usedBytes, limitBytes, retentionDays } = data;
  const used = formatBytes(usedBytes, language);
  const share = limitBytes ? Math.min(1, usedBytes / limitBytes) : 0;
  return (
    <div className="grid gap-2 text-sm">
      <p>
        {limitBytes
          ? t("account.storage.used", {
              used,
              limit: formatBytes(limitBytes, language),
              share: formatPercent(share, language),
            })
          : t("account.storage.unlimited", { used })}
      </p>
      {limitBytes ? (
        <div aria-hidden className="h-2 overflow-hidden rounded-full bg-line">
          <div
            className={share >= 0.9 ? "h-full bg-amber" : "h-full bg-azurite"}
            style={{ width: `${share * 100}%` }}
          />
        </div>
      ) : null}
      {limitBytes && share >= 0.9 ? <p className="text-amber">{t("account.storage.nearlyFull")}</p> : null}
      {retentionDays ? (
        <p className="text-soft">{t("account.storage.retention", { count: retentionDays })}</p>
      ) : null}
    </div>
  );
}
