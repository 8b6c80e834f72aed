/**
 * Confirms an address with the link that was sent there. With a press: programs that look through mails open links too, and
 * must not use them up.
 */
import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { Link, useSearchParams } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button, buttonClass } from "@/components/ui/button";
import { useSubmit } from "@/hooks/useSubmit";
import { useTranslation } from "@/locales/i18n";
import { confirmLink, type LinkPurpose } from "@/services/account";
import { isCode } from "@/services/errors";
import { paths } from "@/services/paths";
import { meQuery } from "@/services/queries";
import { AuthLayout } from "./AuthLayout";

const WORDS = {
  "verify-email": {
    title: "account.verify.title",
    body: "account.verify.body",
    action: "account.verify.action",
    done: "account.verify.done",
  },
  "change-email": {
    title: "account.change.title",
    body: "account.change.body",
    action: "account.change.action",
    done: "account.change.done",
  },
} as const satisfies Record<LinkPurpose, Record<string, string>>;

function ConfirmLinkPage({ purpose }: { purpose: LinkPurpose }) {
  const { t } = useTranslation();
  const words = WORDS[purpose];
  const [query] = useSearchParams();
  const cache = useQueryClient();
  const [done, setDone] = useState(false);
  const { busy, error, submit } = useSubmit(async () => {
    await confirmLink(purpose, query.get("token") ?? "");
    setDone(true);
    await Promise.all([
      cache.invalidateQueries({ queryKey: meQuery.queryKey }),
      cache.invalidateQueries({ queryKey: ["credits"] }),
    ]);
  });
  const isOver = isCode(error, "link_invalid");
  return (
    <AuthLayout title={t(words.title)}>
      {done ? (
        <>
          <p role="status" className="flex gap-2.5 rounded-md bg-jade-wash px-3 py-2.5 text-sm">
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-jade" />
            {t(words.done)}
          </p>
          <Link href={paths.create} className={buttonClass("primary", "lg")}>
            {t("account.toStudio")}
          </Link>
        </>
      ) : (
        <form onSubmit={submit} className="grid gap-4">
          <p className="text-sm">{t(words.body)}</p>
          {error ? <ErrorMessage error={error} /> : null}
          {isOver ? (
            // There one sees which address is confirmed, and asks for another link.
            <Link href={paths.account} className={buttonClass("primary", "lg")}>
              {t("account.toAccount")}
            </Link>
          ) : null}
          <Button type="submit" variant={isOver ? "secondary" : "primary"} size="lg" disabled={busy}>
            {t(words.action)}
          </Button>
        </form>
      )}
    </AuthLayout>
  );
}

export function VerifyEmailPage() {
  return <ConfirmLinkPage purpose="verify-email" />;
}

export function ChangeEmailPage() {
  return <ConfirmLinkPage purpose="change-email" />;
}
