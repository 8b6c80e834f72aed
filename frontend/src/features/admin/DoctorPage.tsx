/** What the doctor finds: each part of the studio, whether it is well, and what to change. */
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { doctorQuery } from "@/services/doctor";
import { formatDateTime } from "@/utils/formatting";
import { DoctorLine } from "./DoctorLine";

export function DoctorPage() {
  const { t, language } = useTranslation();
  const query = useQuery(doctorQuery(language));
  const lines = query.data?.lines ?? [];
  const bad = lines.filter((line) => line.state !== "ok").length;
  return (
    <div className="mx-auto grid max-w-3xl gap-6 p-4 lg:p-8">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div className="grid gap-1.5">
          <h1 className="text-2xl font-semibold tracking-tight">{t("admin.doctor.title")}</h1>
          <p className="text-sm text-soft">{t("admin.doctor.intro")}</p>
        </div>
        {/* Not disabled, which would take the focus from whoever pressed it. */}
        <Button
          aria-disabled={query.isFetching}
          onClick={() => {
            if (!query.isFetching) void query.refetch();
          }}
        >
          <RotateCw
            aria-hidden
            className={query.isFetching ? "size-4 animate-spin motion-reduce:animate-none" : "size-4"}
          />
          {query.isFetching ? t("admin.doctor.running") : t("admin.doctor.again")}
        </Button>
      </div>
      {query.isError ? <ErrorMessage error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? (
        <div className="grid min-h-[50dvh] place-items-center">
          <LoadingSpinner />
        </div>
      ) : null}
      {query.data ? (
        <>
          <p role="status" className="text-sm">
            {bad === 0 ? t("admin.doctor.well") : t("admin.doctor.bad", { count: bad })}{" "}
            <span className="text-soft">
              {t("admin.doctor.seen", {
                date: formatDateTime(new Date(query.dataUpdatedAt).toISOString(), language),
              })}
            </span>
          </p>
          <ul className="grid divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface shadow-card">
            {lines.map((line) => (
              <DoctorLine key={`${line.check} ${line.message}`} line={line} />
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}
