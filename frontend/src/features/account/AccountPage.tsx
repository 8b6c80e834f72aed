/** Who one is here, the language and look of the page, and the way out. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, LogOut, Stethoscope } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { VerifyNotice } from "@/components/common/VerifyNotice";
import { Button, buttonClass } from "@/components/ui/button";
import { Segmented, Switch } from "@/components/ui/choice";
import { TextField } from "@/components/ui/field";
import { THEMES, useTheme } from "@/hooks/useTheme";
import { LOCALES, showAccountLocale, useTranslation } from "@/locales/i18n";
import { type ApiError, toApiError } from "@/services/errors";
import { paths } from "@/services/paths";
import { appQuery, forgetAccount, meQuery } from "@/services/queries";
import { logOut, updateMe } from "@/services/session";
import { singleKeysOn, switchSingleKeys } from "@/services/shortcuts";
import { showError, showToast } from "@/services/toasts";
import type { User } from "@/types/user";
import { formatDateTime, type Locale } from "@/utils/formatting";
import { Security } from "./Security";
import { StorageUse } from "./StorageUse";

export function AccountPage() {
  const { t } = useTranslation();
  const { data: user } = useQuery(meQuery);
  const { data: app } = useQuery(appQuery);
  if (!user) return null;
  return (
    <div className="mx-auto grid max-w-2xl gap-6 p-4 lg:p-8">
      <h1 className="text-2xl font-semibold tracking-tight">{t("account.title")}</h1>
      <VerifyNotice />
      <Section title={t("account.profile")}>
        <Profile user={user} />
      </Section>
      <Section title={t("account.preferences")}>
        <Preferences />
      </Section>
      <Section title={t("account.security.title")}>
        <Security />
      </Section>
      <Section title={t("account.storage.title")}>
        <StorageUse />
      </Section>
      {user.role === "owner" ? (
        <Section title={t("account.studio")}>
          <div className="flex flex-wrap gap-3">
            <Link href={paths.providers} className={buttonClass("secondary", "md")}>
              <KeyRound aria-hidden className="size-4" />
              {t("common.vendors")}
            </Link>
            <Link href={paths.doctor} className={buttonClass("secondary", "md")}>
              <Stethoscope aria-hidden className="size-4" />
              {t("admin.doctor.title")}
            </Link>
          </div>
        </Section>
      ) : null}
      <div className="flex flex-wrap items-center justify-between gap-4">
        <LogOutButton />
        {app ? (
          <p className="text-xs text-soft">
            {t("account.version", { name: app.name, version: app.version })}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-4 rounded-xl border border-line bg-surface p-5 shadow-card">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Profile({ user }: { user: User }) {
  const { t, language } = useTranslation();
  const cache = useQueryClient();
  const [name, setName] = useState(user.username ?? "");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const changed = name.trim() !== (user.username ?? "");
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (!changed || busy) return;
    setBusy(true);
    setError(null);
    try {
      cache.setQueryData(meQuery.queryKey, await updateMe({ username: name.trim() }));
      showToast({ text: t("common.saved") });
    } catch (reason) {
      setError(toApiError(reason));
    }
    setBusy(false);
  };
  return (
    <>
      <div className="flex items-center gap-3">
        <span
          aria-hidden
          className="grid size-12 shrink-0 place-items-center rounded-full bg-azurite-wash text-lg font-semibold text-azurite"
        >
          {(user.username ?? user.email).slice(0, 1).toUpperCase()}
        </span>
        <div className="min-w-0">
          <p className="truncate font-medium">{user.email}</p>
          <p className="text-xs text-soft">
            {`${t(`account.role.${user.role}`)} · ${t("account.memberSince", { date: formatDateTime(user.createdAt, language) })}`}
          </p>
        </div>
      </div>
      <form onSubmit={save} className="grid gap-3">
        <TextField
          label={t("account.username")}
          name="username"
          autoComplete="nickname"
          value={name}
          error={error?.fields.find((field) => field.field === "username")?.message}
          onChange={(event) => setName(event.target.value)}
        />
        {error ? <ErrorMessage error={error} /> : null}
        <Button type="submit" disabled={!changed || busy} className="justify-self-start">
          {t("common.save")}
        </Button>
      </form>
    </>
  );
}

function Preferences() {
  const { t, language } = useTranslation();
  const cache = useQueryClient();
  const { theme, setTheme } = useTheme();
  const [singleKeys, setSingleKeys] = useState(singleKeysOn);
  const chooseLocale = async (locale: Locale) => {
    await showAccountLocale(locale);
    try {
      // The server writes mails, ledger lines and errors in this language too.
      cache.setQueryData(meQuery.queryKey, await updateMe({ locale }));
    } catch (reason) {
      showError(toApiError(reason));
    }
  };
  return (
    <>
      <Segmented
        label={t("common.language")}
        value={language}
        options={LOCALES.map(({ code, name }) => ({ value: code, label: name }))}
        onChange={(locale) => void chooseLocale(locale)}
      />
      <Segmented
        label={t("common.theme.label")}
        value={theme}
        options={THEMES.map((known) => ({ value: known, label: t(`common.theme.${known}`) }))}
        onChange={setTheme}
      />
      <Switch
        label={t("account.singleKeys")}
        hint={t("account.singleKeysHint")}
        checked={singleKeys}
        onChange={(on) => {
          switchSingleKeys(on);
          setSingleKeys(on);
        }}
      />
    </>
  );
}

function LogOutButton() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const leave = async () => {
    try {
      await logOut();
      navigate(paths.login());
      forgetAccount(cache);
    } catch (reason) {
      showError(toApiError(reason));
    }
  };
  return (
    <Button variant="danger" onClick={leave}>
      <LogOut aria-hidden className="size-4" />
      {t("account.logout")}
    </Button>
  );
}
