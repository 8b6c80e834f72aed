/** Why something cannot be used here and how to mend it: the owner reads what to set, others whom to ask. */
import { Link } from "wouter";
import { useIsOwner } from "@/hooks/useIsOwner";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import type { Tool } from "@/types/api";

type HowToEnableProps = { unavailable: NonNullable<Tool["unavailable"]> };

export function HowToEnable({ unavailable }: HowToEnableProps) {
  const { t } = useTranslation();
  const owner = useIsOwner();
  return (
    <>
      <p className="text-xs text-soft">{unavailable.reason}</p>
      <p className="text-xs text-soft">
        {owner ? (
          <>
            <span className="font-medium text-ink">{t("create.howTo")}</span> {unavailable.howTo}{" "}
            {unavailable.code === "no_key" ? (
              <Link href={paths.providers} className="underline underline-offset-2">
                {t("common.vendors")}
              </Link>
            ) : null}
          </>
        ) : (
          t("create.askOwner")
        )}
      </p>
    </>
  );
}
