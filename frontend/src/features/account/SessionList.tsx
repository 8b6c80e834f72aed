/** Where one is logged in, and the way to end it elsewhere. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useRef, useState } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { endSession, type Session, sessionsQuery } from "@/services/account";
import { toApiError } from "@/services/errors";
import { showError } from "@/services/toasts";
import { formatDateTime } from "@/utils/formatting";
import { browserName, isPhone } from "./browser-name";

export function SessionList() {
  const { t } = useTranslation();
  const query = useQuery(sessionsQuery);
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <div className="grid gap-2">
      <h3 ref={heading} tabIndex={-1} className="text-sm font-medium">
        {t("account.sessions.title")}
      </h3>
      {query.isError ? <ErrorMessage error={query.error} onRetry={() => void query.refetch()} /> : null}
      <ul className="grid min-h-16 divide-y divide-line">
        {query.data?.map((session) => (
          <Row key={session.id} session={session} onEnded={() => heading.current?.focus()} />
        ))}
      </ul>
    </div>
  );
}

type RowProps = {
  session: Session;
  /** Its button goes with it, and the focus needs another place. */
  onEnded: () => void;
};

function Row({ session, onEnded }: RowProps) {
  const { t, language } = useTranslation();
  const cache = useQueryClient();
  const [busy, setBusy] = useState(false);
  const name = browserName(session.userAgent) ?? t("account.sessions.unknown");
  const Icon = isPhone(session.userAgent) ? Smartphone : Monitor;
  const end = async () => {
    setBusy(true);
    try {
      await endSession(session.id);
      onEnded();
    } catch (reason) {
      showError(toApiError(reason));
    }
    await cache.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    setBusy(false);
  };
  return (
    <li className="flex min-h-16 items-center gap-3 py-2">
      <Icon aria-hidden className="size-5 shrink-0 text-soft" strokeWidth={1.6} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm">{name}</p>
        <p className="text-xs text-soft">
          {session.isCurrent
            ? t("account.sessions.current")
            : t("account.sessions.seen", { date: formatDateTime(session.lastSeenAt, language) })}
        </p>
      </div>
      {session.isCurrent ? null : (
        <Button
          size="sm"
          variant="danger"
          disabled={busy}
          aria-label={t("account.sessions.endNamed", { name })}
          onClick={end}
        >
          {t("account.sessions.end")}
        </Button>
      )}
    </li>
  );
}
