/** Draws the toasts; each waits while it is pointed at or focused, so that there is time to press Undo. */
import { X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button, IconButton } from "@/components/ui/button";
import { useShortcut } from "@/hooks/useShortcut";
import { useTranslation } from "@/locales/i18n";
import { dismissToast, getToasts, subscribeToasts, type Toast } from "@/services/toasts";

export function Toaster() {
  const toasts = useSyncExternalStore(subscribeToasts, getToasts);
  const undoable = toasts.findLast((toast) => toast.action !== null);
  useShortcut("undo", undoable ? () => act(undoable) : null);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-3 bottom-[calc(8.5rem+env(safe-area-inset-bottom,0px))] z-50 grid justify-items-center gap-2 lg:inset-x-auto lg:right-6 lg:bottom-6 lg:justify-items-end"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function act(toast: Toast) {
  dismissToast(toast.id);
  toast.action?.run();
}

function ToastCard({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.id), toast.milliseconds);
    return () => clearTimeout(timer);
  }, [held, toast]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only holds the clock while its buttons are pointed at or focused.
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex w-fit max-w-md animate-rise items-start gap-2 rounded-lg border border-line bg-raised py-2 pr-2 pl-4 shadow-float"
    >
      <div className="flex min-h-9 flex-1 items-center text-sm">
        {toast.error ? <ErrorMessage bare error={toast.error} /> : toast.text}
      </div>
      {toast.action ? (
        <Button size="sm" variant="quiet" className="text-azurite" onClick={() => act(toast)}>
          {toast.action.label}
        </Button>
      ) : null}
      <IconButton label={t("common.close")} onClick={() => dismissToast(toast.id)}>
        <X aria-hidden className="size-4" />
      </IconButton>
    </div>
  );
}
