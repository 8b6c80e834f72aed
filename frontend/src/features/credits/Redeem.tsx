/** A code is turned into credits here. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { useTranslation } from "@/locales/i18n";
import { redeemCode } from "@/services/billing";
import { toApiError } from "@/services/errors";
import { creditsQuery, newerCredits } from "@/services/queries";
import type { Credits } from "@/types/api";
import { formatNumber } from "@/utils/formatting";

/** Longest text that is taken: a code with a space behind each character, as some paste it. */
const LONGEST = 64;

export function Redeem() {
  const { t, language } = useTranslation();
  const cache = useQueryClient();
  const [code, setCode] = useState("");
  const redeem = useMutation({
    mutationFn: redeemCode,
    onSuccess: ({ balance }) => {
      setCode("");
      cache.setQueryData<Credits>(creditsQuery.queryKey, (known) => newerCredits(known, balance));
      void cache.invalidateQueries({ queryKey: ["ledger"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== "" && !redeem.isPending) redeem.mutate(code);
  };
  const error = redeem.isError ? toApiError(redeem.error) : null;
  return (
    <section className="grid gap-3">
      <h2 className="text-lg font-semibold">{t("credits.redeem.title")}</h2>
      <form
        onSubmit={submit}
        className="grid items-start gap-3 rounded-xl border border-line bg-surface p-4 sm:grid-cols-[minmax(0,1fr)_auto]"
      >
        <TextField
          label={t("credits.redeem.label")}
          hint={t("credits.redeem.hint")}
          error={error ? (error.detail ?? error.title ?? error.code) : null}
          value={code}
          onChange={(event) => {
            redeem.reset();
            setCode(event.target.value);
          }}
          maxLength={LONGEST}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="XXXX-XXXX-XXXX-XXXX"
          className="font-mono tracking-wider uppercase placeholder:text-soft"
        />
        <Button
          type="submit"
          aria-disabled={code.trim() === "" || redeem.isPending}
          className="min-h-11 sm:mt-[1.625rem]"
        >
          {t("credits.redeem.press")}
        </Button>
        <p role="status" className="min-h-5 text-sm text-jade empty:hidden sm:col-span-2">
          {redeem.isSuccess
            ? t("credits.redeem.done", { credits: formatNumber(redeem.data.credits, language) })
            : null}
        </p>
      </form>
    </section>
  );
}
