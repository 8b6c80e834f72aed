/** Shown on every address before the owner exists: where the set-up link was printed and how to see it again. */
import { Terminal } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Logo } from "@/components/ui/logo";
import { useTranslation } from "@/locales/i18n";

export function SetupNotice({ onCheck }: { onCheck: () => void }) {
  const { t } = useTranslation();
  return (
    <main className="mx-auto grid min-h-dvh max-w-lg content-center gap-6 p-6">
      <Logo className="size-14" />
      <h1 className="text-3xl font-semibold tracking-tight">{t("common.setup.title")}</h1>
      <p>{t("common.setup.body")}</p>
      <div className="grid gap-2">
        <p className="text-sm text-soft">{t("common.setup.again")}</p>
        <p className="flex items-center gap-3 rounded-lg bg-[#16181b] px-4 py-3 font-mono text-sm text-white">
          <Terminal aria-hidden className="size-4 shrink-0 opacity-70" />
          <code>danqing setup-link</code>
        </p>
      </div>
      <Button className="justify-self-start" onClick={onCheck}>
        {t("common.setup.check")}
      </Button>
    </main>
  );
}
