/** What the create page does: presses, presses again, and takes a result back to the workbench. */
import { askedShape } from "@/components/results/task-shape";
import type { useImageProcessor } from "@/hooks/useImageProcessor";
import { toApiError } from "@/services/errors";
import { rememberPrompt } from "@/services/prompt-history";
import { getFile } from "@/services/storage";
import { showError } from "@/services/toasts";
import { useArmedPress } from "./useArmedPress";
import type { Price } from "./usePrice";
import type { useStage } from "./useStage";
import type { useWorkbench } from "./useWorkbench";

type CreatingOptions = {
  bench: ReturnType<typeof useWorkbench>;
  price: Price;
  processor: ReturnType<typeof useImageProcessor>;
  put: ReturnType<typeof useStage>["put"];
};

export function useCreating({ bench, price, processor, put }: CreatingOptions) {
  const follow = (key: string) => put({ kind: "press", key });
  const press = () => {
    const { body, used, settings } = bench;
    if (!body || price.missing > 0 || price.refusal) return;
    // The same again while the first is still on its way is a double press, not a second wish.
    const text = JSON.stringify(body);
    if (processor.presses.some((item) => item.state === "sending" && JSON.stringify(item.body) === text))
      return;
    const shape = askedShape(body.parameters ?? {}, used);
    const look = {
      aspect: shape ? shape.width / shape.height : 1,
      previewUrl: used[0]?.thumbnailUrl ?? null,
      count: bench.pictures ?? 1,
    };
    follow(processor.process(body, look));
    const words = settings?.prompt && body.parameters?.[settings.prompt.name];
    if (typeof words === "string") rememberPrompt(body.taskType, words);
    scrollTo({ top: 0 });
  };
  const { busy: uploading, items } = bench.uploads;
  const failed = items.some((item) => item.status === "failed");
  const armed = useArmedPress({ ready: bench.body !== null, uploading, failed, press });
  const takeAsInput = async (fileId: string) => {
    try {
      bench.uploads.replaceStored([await getFile(fileId)]);
      put({ kind: "inputs" });
    } catch (reason) {
      showError(toApiError(reason));
    }
  };
  const again = (key: string) => follow(processor.again(key));
  return { armed, again, takeAsInput };
}
