/** Says why uploads go the longer way, once a visit. */
import { useEffect } from "react";
import { useTranslation } from "@/locales/i18n";
import { onDetour } from "@/services/storage";
import { showToast } from "@/services/toasts";

/** Long enough to be read to the end. */
const SHOWN_MS = 15_000;

export function useDetourNotice() {
  const { t } = useTranslation();
  useEffect(
    () => onDetour(() => showToast({ text: t("common.upload.detour"), milliseconds: SHOWN_MS })),
    [t],
  );
}
