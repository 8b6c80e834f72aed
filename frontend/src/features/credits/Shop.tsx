/** Packs of credits for sale; nothing where none are. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { Coins } from "lucide-react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { type TFunction, useTranslation } from "@/locales/i18n";
import { beginCheckout, packsQuery } from "@/services/billing";
import type { Pack } from "@/types/api";
import { formatMoney, formatNumber } from "@/utils/formatting";

export function Shop() {
  const { t, language } = useTranslation();
  const { data } = useQuery(packsQuery(language));
  const checkout = useMutation({
    mutationFn: beginCheckout,
    onSuccess: (url) => location.assign(url),
  });
  if (!data || data.items.length === 0) return null;
  const methods = new Intl.ListFormat(language, { type: "disjunction" }).format(
    data.methods.map((method) => methodName(method, t)),
  );
  return (
    <section className="grid gap-3">
      <h2 className="text-lg font-semibold">{t("credits.shop.title")}</h2>
      {data.test ? (
        <p className="rounded-md bg-azurite-wash px-3 py-2 text-sm text-azurite">{t("credits.shop.test")}</p>
      ) : null}
      <ul className="grid gap-3 sm:grid-cols-3">
        {data.items.map((pack) => (
          <li key={pack.id} className="grid">
            <PackButton
              pack={pack}
              // Stays busy until the browser has left for the checkout.
              busy={checkout.variables === pack.id && (checkout.isPending || checkout.isSuccess)}
              disabled={checkout.isPending || checkout.isSuccess}
              onPress={() => checkout.mutate(pack.id)}
            />
          </li>
        ))}
      </ul>
      {checkout.isError ? <ErrorMessage error={checkout.error} /> : null}
      <p className="text-xs text-soft">{t("credits.shop.methods", { methods })}</p>
    </section>
  );
}

function methodName(method: string, t: TFunction): string {
  switch (method) {
    case "card":
      return t("credits.shop.method.card");
    case "alipay":
      return t("credits.shop.method.alipay");
    case "wechat_pay":
      return t("credits.shop.method.wechat_pay");
    default:
      return method;
  }
}

type PackButtonProps = { pack: Pack; busy: boolean; disabled: boolean; onPress: () => void };

function PackButton({ pack, busy, disabled, onPress }: PackButtonProps) {
  const { t, language } = useTranslation();
  const price = formatMoney(pack.price, pack.currency, pack.decimals, language);
  const credits = t("credits.shop.credits", { credits: formatNumber(pack.credits, language) });
  const bonus =
    pack.bonus > 0 ? t("credits.shop.bonus", { credits: formatNumber(pack.bonus, language) }) : null;
  return (
    <button
      type="button"
      aria-label={`${t("credits.shop.buy", { name: pack.name, price })} · ${[credits, bonus].filter(Boolean).join(" ")}`}
      disabled={disabled}
      aria-busy={busy}
      onClick={onPress}
      className="grid content-start gap-1 rounded-xl border border-line bg-surface p-4 text-left shadow-card transition-colors hover:border-cinnabar-ink disabled:cursor-not-allowed disabled:opacity-60"
    >
      <span className="text-sm text-soft">{pack.name}</span>
      <span className="flex flex-wrap items-center gap-x-2 text-lg font-semibold tabular-nums">
        <Coins aria-hidden className="size-4 text-cinnabar-ink" />
        {credits}
      </span>
      <span className="min-h-5 text-sm text-jade">{bonus}</span>
      <span className="mt-2 text-base font-medium tabular-nums">
        {busy ? t("credits.shop.opening") : price}
      </span>
    </button>
  );
}
