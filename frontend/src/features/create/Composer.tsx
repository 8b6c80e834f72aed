/** Tool, pictures, style and settings, with the press and its price always in reach. */
import { lazy, Suspense, useState } from "react";
import { FileUpload } from "@/components/common/FileUpload";
import { UploadList } from "@/components/common/UploadList";
import { ParameterForm } from "@/components/forms/ParameterForm";
import { isFilled } from "@/components/forms/parameter-values";
import { StyleSelector } from "@/components/forms/StyleSelector";
import { useTranslation } from "@/locales/i18n";
import type { ApiError } from "@/services/errors";
import { isRefused } from "@/services/upload-queue";
import type { Limits, Style, Tool } from "@/types/api";
import { BYTES_PER_MB, EMBEDDED } from "@/utils/constants";
import { goToField } from "./go-to-field";
import { ModelNotes } from "./ModelNotes";
import { ModelPicker } from "./ModelPicker";
import { mostPictures } from "./model-choice";
import { obstacleOf, PHOTOS, parameterOf, STYLES } from "./obstacle";
import { PressBar } from "./PressBar";
import { PromptArea } from "./PromptArea";
import { SamePhoto } from "./SamePhoto";
import { ToolPicker, UnavailableTools } from "./ToolPicker";
import type { Price } from "./usePrice";
import type { useWorkbench } from "./useWorkbench";
import type { WithinReach } from "./within-reach";
import type { SettledWording } from "./wording/wording";

/** Folded at first, so it may come a moment after the rest. */
const WordingArea = lazy(async () => ({ default: (await import("./wording/WordingArea")).WordingArea }));

type ComposerProps = {
  tools: Tool[];
  styles: Style[];
  bench: ReturnType<typeof useWorkbench>;
  /** Whether there is a text model to ask about prompts. */
  helped: boolean;
  limits: Limits | undefined;
  price: Price;
  armed: boolean;
  /** Nothing is on the stage, so it shows the examples. */
  stageFree: boolean;
  onPress: () => void;
  onPicturesChange: () => void;
};

export function Composer({
  tools,
  styles,
  bench,
  helped,
  limits,
  price,
  armed,
  stageFree,
  onPress,
  onPicturesChange,
}: ComposerProps) {
  const { t, language } = useTranslation();
  const { tool, settings, values, wording } = bench;
  /** The tool at which somebody tried to press: from then on also untouched fields say what is wrong. */
  const [tried, setTried] = useState<string | null>(null);
  if (!tool || !settings || !wording) {
    return (
      <div className="p-4 lg:p-5">
        <UnavailableTools tools={tools} open />
      </div>
    );
  }
  const { choice, prompt, rest, each } = settings;
  const complaints = fieldErrors(price.refusal);
  const obstacle = obstacleOf({ ...bench, uploading: bench.uploads.busy, price }, t, language);
  const lead = () => {
    setTried(tool.taskType);
    if (obstacle?.field) goToField(obstacle.field);
  };
  const takeReach = ({ model, count }: WithinReach) => {
    if (model !== choice.acting) bench.chooseModel(model.id);
    if (count !== null) bench.setValues({ ...values, count });
  };
  return (
    <section
      aria-label={t("create.settings")}
      className="lg:sticky lg:top-0 lg:flex lg:h-dvh lg:flex-col lg:border-r lg:border-line"
    >
      <div className="scroll-thin grid grid-cols-1 content-start gap-6 p-4 lg:min-h-0 lg:flex-1 lg:overflow-y-auto lg:p-5">
        <ToolPicker tools={tools} value={tool.taskType} onChange={bench.chooseTool} />
        {prompt ? (
          <PromptArea
            tool={tool}
            field={prompt}
            value={String(values[prompt.name] ?? "")}
            choice={choice}
            original={wording.original}
            helped={helped}
            examplesElsewhere={stageFree && tool.inputs.max === 0}
            isPayable={settings.isPayable}
            error={isFilled(values[prompt.name]) ? complaints[prompt.name] : undefined}
            onChange={bench.setWords}
            onReword={bench.reword}
            onExample={bench.takeExample}
            onModel={bench.chooseModel}
          />
        ) : null}
        {tool.inputs.max > 0 ? (
          <Pictures bench={bench} tool={tool} limits={limits} onChange={onPicturesChange} />
        ) : null}
        {settings.namedStyles ? (
          <div data-field={STYLES}>
            <StyleSelector
              styles={styles}
              value={bench.style?.id ?? null}
              onChange={bench.chooseStyle}
              disabled={bench.usesPictureAsStyle}
            />
          </div>
        ) : null}
        {settings.told ? (
          <Suspense fallback={<WordingPlace wording={wording} />}>
            <WordingArea
              tool={tool}
              wording={wording}
              body={bench.wordsBody}
              errors={complaints}
              onTemplate={bench.chooseTemplate}
            />
          </Suspense>
        ) : null}
        <div className="grid gap-2">
          <ModelPicker tool={tool} choice={choice} onChange={bench.chooseModel} />
          <ModelNotes settings={settings} />
        </div>
        <ParameterForm
          key={tool.taskType}
          fields={rest}
          values={values}
          onChange={bench.setValues}
          styles={styles}
          limits={limits}
          serverErrors={complaints}
          strict={tried === tool.taskType}
        />
        <UnavailableTools tools={tools} />
      </div>
      <div className="fixed inset-x-0 bottom-[calc(3.5rem+env(safe-area-inset-bottom,0px))] z-20 border-t border-line bg-paper/95 px-4 py-2.5 backdrop-blur lg:static lg:bg-paper lg:px-5 lg:py-4">
        <PressBar
          each={each}
          price={price}
          obstacle={obstacle}
          reach={settings.withinReach}
          armed={armed}
          onPress={onPress}
          onObstacle={lead}
          onReach={takeReach}
        />
      </div>
    </section>
  );
}

/** As tall as its folds, so that nothing below moves when they come. */
function WordingPlace({ wording }: { wording: SettledWording }) {
  const folds = [wording.styles.length > 0, wording.templates.length > 0, true].filter(Boolean);
  return (
    <div aria-hidden className="grid gap-2">
      {folds.map((_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={at} className="h-11.5 rounded-lg border border-line bg-surface" />
      ))}
    </div>
  );
}

type PicturesProps = Pick<ComposerProps, "bench" | "limits"> & { tool: Tool; onChange: () => void };

function Pictures({ bench, tool, limits, onChange }: PicturesProps) {
  const { t } = useTranslation();
  const { items, add, remove, retry } = bench.uploads;
  const acting = bench.settings?.choice.acting;
  const most = Math.min(limits?.maxFilesPerTask ?? tool.inputs.max, mostPictures(tool));
  const taken = bench.expected + items.filter((item) => !isRefused(item)).length;
  return (
    <section aria-label={t("create.photos")} data-field={PHOTOS} className="grid gap-2">
      {bench.expected > 0 ? <ExpectedPictures count={bench.expected} /> : null}
      <UploadList
        items={items}
        used={most}
        onRetry={retry}
        onRemove={(key) => {
          remove(key);
          onChange();
        }}
      />
      {tool.combinesInputs ? null : (
        <SamePhoto items={items.filter((item) => !isRefused(item)).slice(0, most)} />
      )}
      <FileUpload
        wholeWindow
        compact={bench.expected + items.length > 0}
        sentTo={acting && acting.provider !== EMBEDDED ? acting.providerName : null}
        maxFiles={Math.max(0, most - taken)}
        limit={most}
        onFileSelect={(files) => {
          add(files);
          onChange();
        }}
        {...(limits && {
          acceptedTypes: limits.acceptedTypes,
          maxFileSize: limits.maxFileSizeBytes / BYTES_PER_MB,
        })}
      />
    </section>
  );
}

/** As tall as the pictures of a draft, so that nothing below moves when they come back. */
function ExpectedPictures({ count }: { count: number }) {
  return (
    <div aria-hidden data-testid="expected" className="grid gap-2">
      {Array.from({ length: count }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={at} className="h-18.5 rounded-lg border border-line bg-surface" />
      ))}
    </div>
  );
}

/** The server's complaints about single parameters, by parameter name. */
function fieldErrors(refusal: ApiError | null): Record<string, string> {
  return Object.fromEntries(
    (refusal?.fields ?? []).map(({ field, message }) => [parameterOf(field), message]),
  );
}
