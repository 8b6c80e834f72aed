/** Light, dark or as the system says. public/theme.js does the same before the first paint. */
import { useEffect, useState } from "react";
import { recall, remember } from "@/services/preferences";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function useTheme() {
  const [theme, setTheme] = useState<Theme>(
    () => THEMES.find((known) => known === recall("theme")) ?? "system",
  );
  const choose = (next: Theme) => {
    remember("theme", next === "system" ? null : next);
    setTheme(next);
    showTheme(next);
  };
  return { theme, setTheme: choose };
}

/** Follows the system while nothing else is chosen; used once, by the shell. */
export function useSystemTheme() {
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      if (recall("theme") === null) showTheme("system");
    };
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
}

function showTheme(theme: Theme) {
  const dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", dark ? "#131416" : "#f4f4f2");
}
