/** Shown on every address before the owner exists: where the set-up link was printed and how to see it again. */
import { SetupCommand } from "@/components/common/SetupCommand";
import { Button } from "@/components/ui/button";
import { DoorHeader } from "@/features/account/DoorHeader";
import { useTranslation } from "@/locales/i18n";

export function SetupNotice({ name, onCheck }: { name: string; onCheck: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-dvh flex-col px-5 py-5 lg:px-12">
      <DoorHeader name={name} />
      <main className="mx-auto grid w-full max-w-lg flex-1 content-center gap-6 py-10">
        <h1 className="text-3xl font-semibold tracking-tight">{t("common.setup.title")}</h1>
        <p>{t("common.setup.body")}</p>
        <SetupCommand />
        <Button className="justify-self-start" onClick={onCheck}>
          {t("common.setup.check")}
        </Button>
      </main>
    </div>
  );
}
