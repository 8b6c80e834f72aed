/** Presses and tasks of late, newest first; the one on the stage is not shown twice. */
import { Link } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { CardRows, type RowCard } from "@/components/results/CardRows";
import { PressCard } from "@/components/results/PressCard";
import { TaskCard } from "@/components/results/TaskCard";
import { boundedAspect, taskAspect } from "@/components/results/task-shape";
import type { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import type { Press } from "@/services/presses";
import type { Task } from "@/types/task";

type RecentWorkProps = {
  tasks: Task[];
  presses: Press[];
  error: unknown;
  onReload: () => void;
  names: Pick<ReturnType<typeof useCatalogue>, "toolName" | "workName">;
  onAgain: (key: string) => void;
  onDismiss: (key: string) => void;
};

export function RecentWork({ tasks, presses, error, onReload, names, onAgain, onDismiss }: RecentWorkProps) {
  const { t } = useTranslation();
  if (error) return <ErrorMessage error={error} onRetry={onReload} />;
  const cards: RowCard[] = [
    ...presses.map((press) => ({
      key: press.key,
      aspect: boundedAspect(press.aspect, 1),
      card: (
        <PressCard
          press={press}
          toolName={names.toolName(press.body.taskType)}
          onAgain={onAgain}
          onDismiss={onDismiss}
        />
      ),
    })),
    ...tasks.map((task) => ({
      key: task.id,
      aspect: taskAspect(task),
      card: <TaskCard task={task} toolName={names.toolName(task.taskType)} workName={names.workName(task)} />,
    })),
  ];
  if (cards.length === 0) return null;
  return (
    <section className="grid gap-3">
      <div className="flex items-baseline justify-between gap-4">
        <h2 className="font-semibold">{t("create.recent")}</h2>
        <Link
          href={paths.history()}
          className="inline-flex items-center text-sm text-azurite underline-offset-4 hover:underline pointer-coarse:min-h-11"
        >
          {t("create.allHistory")}
        </Link>
      </div>
      <CardRows cards={cards} label={t("create.recent")} />
    </section>
  );
}
