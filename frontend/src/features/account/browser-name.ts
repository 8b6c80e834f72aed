/** What a person would call a browser, from what it calls itself. The order counts: many claim to be others as well. */

const BROWSERS: [RegExp, string][] = [
  [/MicroMessenger/, "WeChat"],
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/CriOS\/|Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/^curl\//, "curl"],
];

const SYSTEMS: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, "HarmonyOS"],
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

const found = (known: [RegExp, string][], text: string) => known.find(([sign]) => sign.test(text))?.[1];

export function browserName(userAgent: string | null | undefined): string | null {
  if (!userAgent) return null;
  const parts = [found(BROWSERS, userAgent), found(SYSTEMS, userAgent)].filter(Boolean);
  return parts.length > 0 ? parts.join(" · ") : userAgent.slice(0, 60);
}

export function isPhone(userAgent: string | null | undefined): boolean {
  return /iPhone|Android.*Mobile|Mobile.*HarmonyOS/.test(userAgent ?? "");
}
