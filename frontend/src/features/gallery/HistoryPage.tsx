/** Everything ever made, searched and filtered on the server; the place is in the address. */

import { TASK_STATUSES } from "@shared/constants/status-codes";
import { useQuery } from "@tanstack/react-query";
import { Images, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { CardRows } from "@/components/results/CardRows";
import { TaskCard } from "@/components/results/TaskCard";
import { taskAspect } from "@/components/results/task-shape";
import { Button, buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { controlClass } from "@/components/ui/field";
import { Pager } from "@/components/ui/pager";
import { Select } from "@/components/ui/select";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useDebounced } from "@/hooks/useDebounced";
import { useShortcut } from "@/hooks/useShortcut";
import { useTranslation } from "@/locales/i18n";
import { type HistorySearch, paths, readHistorySearch, SEARCHING } from "@/services/paths";
import { taskListQuery } from "@/services/queries";
import type { Task } from "@/types/task";
import { HISTORY_PAGE } from "@/utils/constants";
import { formatNumber } from "@/utils/formatting";

export function HistoryPage() {
  const { t, language } = useTranslation();
  const [query] = useSearchParams();
  const search = readHistorySearch(query);
  const [, navigate] = useLocation();
  const page = search.page ?? 1;
  const { q, status, taskType } = search;
  const list = useQuery(
    taskListQuery({
      limit: HISTORY_PAGE,
      offset: (page - 1) * HISTORY_PAGE,
      ...(q && { q }),
      ...(status && { status }),
      ...(taskType && { taskType }),
    }),
  );
  const filtered = Boolean(q || status || taskType);
  const change = (next: HistorySearch) =>
    navigate(paths.history({ ...search, page: undefined, ...next }), { replace: true });
  const total = list.data?.total ?? 0;

  return (
    <div className="mx-auto grid max-w-7xl gap-5 p-4 lg:p-8">
      <header className="flex flex-wrap items-baseline gap-x-4">
        <h1 className="text-2xl font-semibold tracking-tight">{t("tasks.history")}</h1>
        <p className="text-sm text-soft" aria-live="polite">
          {list.data ? t("tasks.count", { count: total, total: formatNumber(total, language) }) : ""}
        </p>
      </header>
      <Filters search={search} onChange={change} />
      {list.isError ? <ErrorMessage error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? (
        <div className="grid min-h-80 place-items-center">
          <LoadingSpinner />
        </div>
      ) : null}
      {list.data && list.data.items.length > 0 ? (
        <Cards tasks={list.data.items} label={t("tasks.history")} />
      ) : null}
      {list.data && list.data.items.length === 0 ? (
        <Nothing filtered={filtered} onClear={() => navigate(paths.history())} />
      ) : null}
      <Pager
        page={page}
        pages={Math.ceil(total / HISTORY_PAGE)}
        onChange={(next) => {
          navigate(paths.history({ ...search, page: next }));
          scrollTo({ top: 0 });
        }}
      />
    </div>
  );
}

function Cards({ tasks, label }: { tasks: Task[]; label: string }) {
  const { toolName, workName } = useCatalogue();
  const cards = tasks.map((task) => ({
    key: task.id,
    aspect: taskAspect(task),
    card: <TaskCard task={task} toolName={toolName(task.taskType)} workName={workName(task)} />,
  }));
  return <CardRows cards={cards} label={label} />;
}

/** The search box: what is typed searches after a pause, and a change of the address is shown in it. */
function useSearchBox(current: string, onSearch: (words: string) => void) {
  const [typed, setTyped] = useState(current);
  const settled = useDebounced(typed.trim(), 300);
  const box = useRef<HTMLInputElement>(null);
  useShortcut("search", () => box.current?.focus());
  useEffect(() => {
    if (history.state !== SEARCHING) return;
    box.current?.focus();
    // Once only: a reload keeps the state.
    history.replaceState(null, "");
  }, []);
  /** What the address was last told from here; anything else in it came from elsewhere and is shown. */
  const told = useRef(current);
  useEffect(() => {
    if (current !== told.current) setTyped(current);
    told.current = current;
  }, [current]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a pause in typing searches, not a change of the address.
  useEffect(() => {
    if (settled === current) return;
    told.current = settled;
    onSearch(settled);
  }, [settled]);
  return { box, typed, setTyped };
}

function Filters({ search, onChange }: { search: HistorySearch; onChange: (next: HistorySearch) => void }) {
  const { t } = useTranslation();
  const { tools } = useCatalogue();
  const { box, typed, setTyped } = useSearchBox(search.q ?? "", (words) =>
    onChange({ q: words || undefined } as HistorySearch),
  );

  return (
    <search className="flex flex-wrap gap-2">
      <div className="relative min-w-full flex-1 sm:min-w-52">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-soft"
        />
        <input
          ref={box}
          type="search"
          aria-label={t("tasks.search")}
          placeholder={t("tasks.searchHint")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className={`${controlClass} pl-9`}
        />
      </div>
      <Select
        aria-label={t("tasks.filterStatus")}
        className="min-w-32 flex-1 sm:flex-none"
        value={search.status ?? ""}
        onChange={(event) =>
          onChange({ status: TASK_STATUSES.find((status) => status === event.target.value) } as HistorySearch)
        }
      >
        <option value="">{`${t("tasks.filterStatus")}: ${t("common.all")}`}</option>
        {TASK_STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`tasks.status.${status}`)}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t("tasks.filterTool")}
        className="min-w-32 flex-1 sm:flex-none"
        value={search.taskType ?? ""}
        onChange={(event) => onChange({ taskType: event.target.value || undefined } as HistorySearch)}
      >
        <option value="">{`${t("tasks.filterTool")}: ${t("common.all")}`}</option>
        {tools
          .filter((tool) => tool.available || tool.taskType === search.taskType)
          .map((tool) => (
            <option key={tool.taskType} value={tool.taskType}>
              {tool.name}
            </option>
          ))}
      </Select>
    </search>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  const icon = <Images aria-hidden className="size-12" strokeWidth={1.2} />;
  return filtered ? (
    <EmptyState icon={icon} title={t("tasks.noMatchTitle")} body={t("tasks.noMatchBody")}>
      <Button onClick={onClear}>{t("tasks.clearFilters")}</Button>
    </EmptyState>
  ) : (
    <EmptyState icon={icon} title={t("tasks.emptyTitle")} body={t("tasks.emptyBody")}>
      <Link href={paths.create} className={buttonClass("primary")}>
        {t("tasks.emptyAction")}
      </Link>
    </EmptyState>
  );
}
