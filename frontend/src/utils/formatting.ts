/** Numbers, sizes and times as the reader's language writes them. */

export type Locale = "zh-CN" | "en";

/** Sizes in the units people know from their file manager (1 MB = 1024 × 1024 bytes, as the limits count). */
export function formatBytes(bytes: number, locale: string): string {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value < 10 && unit > 0 ? 1 : 0;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return `${number} ${units[unit]}`;
}

export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** A price that is counted in the currency's smallest unit, of which `decimals` places stand behind the point. */
export function formatMoney(amount: number, currency: string, decimals: number, locale: string): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits } as const;
  return new Intl.NumberFormat(locale, style).format(amount / 10 ** decimals);
}

/** A ledger amount with its sign; the real minus sign lines up with the plus. */
export function formatSigned(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { signDisplay: "exceptZero" }).format(value).replace("-", "−");
}

/** A share of one as a whole percentage, rounded down: 99.9 % is not done. */
export function formatPercent(share: number, locale: string): string {
  const whole = Math.floor(Math.min(1, Math.max(0, share)) * 100) / 100;
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(whole);
}

export function formatDateTime(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** “3 minutes ago” up to a week, then the date: relative words lose meaning after that. */
export function formatRelative(
  iso: string,
  locale: string,
  style: "long" | "short" = "long",
  now: Date = new Date(),
): string {
  const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style });
  const said = (value: number, unit: Intl.RelativeTimeFormatUnit) => spaced(relative.format(value, unit));
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  if (Math.abs(seconds) >= 7 * 86_400) {
    return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(iso));
  }
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return said(Math.trunc(seconds / size), unit);
  }
  return said(0, "second");
}

/** A duration in the largest fitting unit, “12 s” or “3 min”. */
export function formatDuration(seconds: number, locale: string): string {
  const [value, unit] =
    seconds < 90 ? [Math.max(1, Math.round(seconds)), "second"] : [Math.round(seconds / 60), "minute"];
  return spaced(new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value));
}

/** With the space that stands between digits and Han in all our Chinese, and which browsers leave out. */
function spaced(text: string): string {
  return text.replace(/(\d)(?=\p{Script=Han})/gu, "$1 ");
}

export function formatPixels(width: number, height: number): string {
  return `${width} × ${height}`;
}
