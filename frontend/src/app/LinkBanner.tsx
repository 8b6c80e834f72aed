import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "@/locales/i18n";

/** Says that live updates are away, and that nothing is lost by it. */
export function LinkBanner() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(followNetwork, () => navigator.onLine);
  return (
    <p
      role="status"
      className="fixed inset-x-3 top-16 z-40 mx-auto flex max-w-xl items-center gap-3 rounded-lg bg-amber-wash px-4 py-2.5 text-sm text-amber shadow-float lg:top-4"
    >
      <WifiOff aria-hidden className="size-4 shrink-0" />
      {online ? t("common.link.reconnecting") : t("common.link.offline")}
    </p>
  );
}

function followNetwork(changed: () => void): () => void {
  addEventListener("online", changed);
  addEventListener("offline", changed);
  return () => {
    removeEventListener("online", changed);
    removeEventListener("offline", changed);
  };
}
