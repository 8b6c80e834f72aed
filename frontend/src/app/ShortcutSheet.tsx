/** Every keyboard shortcut, from the list that also makes them work. */
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { IconButton } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { SHORTCUTS, singleKeysOn } from "@/services/shortcuts";

/** The picture viewer's own keys, which count while it has the focus. */
const VIEWER_KEYS = "+ − 0 ← ↑ → ↓";

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="shortcut-title"
      onClose={onClose}
      className="sheet w-full max-w-md rounded-xl border border-line bg-raised p-5 shadow-float"
    >
      <div className="mb-3 flex items-center justify-between gap-4">
        <h2 id="shortcut-title" className="text-lg font-semibold">
          {t("common.shortcuts.title")}
        </h2>
        <IconButton label={t("common.close")} onClick={() => dialog.current?.close()}>
          <X aria-hidden className="size-5" />
        </IconButton>
      </div>
      <dl className="grid gap-3 text-sm">
        {SHORTCUTS.map(({ id, keys }) => (
          <Row key={id} words={t(`common.shortcuts.${id}`)} keys={shownKeys(keys)} />
        ))}
        <Row words={t("common.shortcuts.viewer")} keys={VIEWER_KEYS} />
      </dl>
      <p className="mt-4 text-xs text-soft">
        {t(singleKeysOn() ? "common.shortcuts.on" : "common.shortcuts.off")}{" "}
        <Link href={paths.account} onClick={onClose} className="text-azurite underline underline-offset-2">
          {t("common.nav.account")}
        </Link>
      </p>
    </dialog>
  );
}

function shownKeys(keys: string): string {
  return keys.length === 1 ? keys.toUpperCase() : keys.replace("Mod+", "Ctrl / ⌘ + ");
}

function Row({ words, keys }: { words: string; keys: string }) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt>{words}</dt>
      <dd>
        <kbd className="rounded-sm border border-line bg-sunken px-2 py-0.5 text-xs whitespace-nowrap">
          {keys}
        </kbd>
      </dd>
    </div>
  );
}
