/** The create page: what to do on the left, the picture at hand and recent work on the right. */
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useImageProcessor } from "@/hooks/useImageProcessor";
import { useTranslation } from "@/locales/i18n";
import { appQuery, creditsQuery, recentTasksQuery } from "@/services/queries";
import { Composer } from "./Composer";
import { RecentWork } from "./RecentWork";
import { StageArea } from "./StageArea";
import { useCreating } from "./useCreating";
import { usePrice } from "./usePrice";
import { useStage } from "./useStage";
import { useWorkbench } from "./useWorkbench";

export function CreatePage() {
  const { t } = useTranslation();
  const catalogue = useCatalogue();
  const app = useQuery(appQuery);
  const credits = useQuery(creditsQuery);
  const recent = useQuery(recentTasksQuery);
  const tasks = recent.data?.items ?? [];
  const bench = useWorkbench(catalogue, credits.data);
  const processor = useImageProcessor();
  const { onStage, put } = useStage(tasks, processor.presses);
  const price = usePrice(
    { body: bench.body, each: bench.settings?.each ?? null, pictures: bench.pictures },
    credits.data,
  );
  const { armed, again, takeAsInput } = useCreating({ bench, price, processor, put });

  if (catalogue.query.isError) {
    return <Failed error={catalogue.query.error} onRetry={() => void catalogue.query.refetch()} />;
  }
  // Everything at once: a stage that came later would push the form down.
  if (catalogue.query.isPending || recent.isPending) return <Waiting />;
  const busyStage = onStage.press !== null || onStage.task !== null;
  return (
    <div className="flex flex-col pb-24 lg:grid lg:min-h-dvh lg:grid-cols-[25rem_minmax(0,1fr)] lg:grid-rows-[auto_1fr] lg:pb-0">
      <h1 className="sr-only">{t("create.title")}</h1>
      <div className="lg:row-span-2">
        <Composer
          tools={catalogue.tools}
          styles={catalogue.styles}
          bench={bench}
          helped={catalogue.promptModel}
          limits={app.data?.limits}
          price={price}
          armed={armed.armed}
          stageFree={!busyStage}
          onPress={armed.press}
          onPicturesChange={() => put({ kind: "inputs" })}
        />
      </div>
      {/* On a phone a picture being made comes first; an empty stage waits below the form. */}
      <div className={clsx("p-4 lg:p-8", busyStage ? "max-lg:order-first" : "max-lg:pt-0")}>
        <StageArea
          onStage={onStage}
          tool={bench.tool}
          items={bench.tool?.inputs.max === 0 ? [] : bench.uploads.items}
          expected={bench.tool?.inputs.max === 0 ? 0 : bench.expected}
          names={catalogue}
          onAgain={again}
          onDismiss={processor.dismiss}
          onRetried={(task) => put({ kind: "task", id: task.id })}
          onUse={takeAsInput}
          onExample={bench.takeExample}
          onSample={(file) => bench.uploads.add([file])}
        />
      </div>
      <div className="p-4 pt-0 lg:p-8 lg:pt-0">
        <RecentWork
          tasks={tasks.filter((task) => task.id !== onStage.task?.id)}
          presses={processor.presses.filter((item) => item.key !== onStage.press?.key)}
          error={recent.error}
          onReload={() => void recent.refetch()}
          names={catalogue}
          onAgain={again}
          onDismiss={processor.dismiss}
        />
      </div>
    </div>
  );
}

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <div className="p-4 lg:p-8">
      <ErrorMessage error={error} onRetry={onRetry} />
    </div>
  );
}

function Waiting() {
  return (
    <div className="grid min-h-[70dvh] place-items-center">
      <LoadingSpinner />
    </div>
  );
}
