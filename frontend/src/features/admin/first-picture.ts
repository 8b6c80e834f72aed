/** Lays out the first picture on the workbench: a tool of the new vendor, a model that can be paid, words to begin with. */
import type { TFunction } from "@/locales/i18n";
import { changeDraft, setModel, setParameters } from "@/services/workbench";
import type { Credits, Tool } from "@/types/api";

const FROM_WORDS = "text_to_image";

type FirstPicture = { tools: Tool[]; provider: string; credits: Credits | undefined; t: TFunction };

export function layOutFirstPicture({ tools, provider, credits, t }: FirstPicture): void {
  const ofVendor = (tool: Tool) =>
    tool.models.filter((model) => model.provider === provider && model.available);
  const tool = tools.find(({ taskType }) => taskType === FROM_WORDS);
  const models = tool ? ofVendor(tool) : [];
  if (!tool || models.length === 0) {
    // It does something else than pictures from words.
    const other = tools.find((candidate) => ofVendor(candidate).length > 0);
    if (other) changeDraft({ taskType: other.taskType });
    return;
  }
  const payable = models.find(({ price }) => credits?.unlimited || (price ?? 0) <= (credits?.credits ?? 0));
  changeDraft({ taskType: FROM_WORDS });
  setParameters(FROM_WORDS, { prompt: t("create.examples.snow.text") });
  setModel(FROM_WORDS, (payable ?? models[0])?.id ?? null);
}
