/** What stands between the workbench and a press, in words, and the field where it is mended. */
import { issueWords } from "@/components/forms/issue-words";
import { checkParameters } from "@/components/forms/parameter-values";
import type { TFunction } from "@/locales/i18n";
import type { ParameterValues } from "@/services/workbench";
import { formatNumber } from "@/utils/formatting";
import type { ToolSettings } from "./tool-settings";
import type { Price } from "./usePrice";
import type { Blocker } from "./useWorkbench";
import { isWrong, type SettledWording } from "./wording/wording";

export type Obstacle = {
  words: string;
  /** Null where no field mends it. */
  field: string | null;
};

/** Names of fields that are no parameters. */
export const PHOTOS = "inputFiles";
export const STYLES = "style";
export const slotField = (slotId: string) => `slots.${slotId}`;

type Laid = {
  settings: ToolSettings | null;
  values: ParameterValues;
  wording: SettledWording | null;
  blocker: Blocker | null;
  uploading: boolean;
  price: Price;
};

export function obstacleOf(laid: Laid, t: TFunction, language: string): Obstacle | null {
  const { settings, wording, blocker, uploading, price } = laid;
  switch (blocker) {
    case "photo":
      return uploading ? null : { words: t("create.needsPhoto"), field: PHOTOS };
    case "style":
      return { words: t("create.needsStyle"), field: STYLES };
    case "prompt":
      return {
        words: t("create.needsPrompt"),
        field: settings?.prompt?.name ?? settings?.told?.name ?? null,
      };
    case "slots": {
      const slot = wording?.template?.slots.find((each) => isWrong(each, wording.slots[each.id] ?? ""));
      return { words: t("create.needsSlots"), field: slot ? slotField(slot.id) : null };
    }
    case "fix":
      return wrongSetting(laid, t, language);
    default:
      return refused(laid, t) ?? tooDear(price, t, language);
  }
}

function wrongSetting({ settings, values }: Laid, t: TFunction, language: string): Obstacle {
  const issues = checkParameters(settings?.fields ?? [], values);
  const field = settings?.fields.find(({ name }) => issues[name]);
  const issue = field && issues[field.name];
  if (!issue) return { words: t("create.needsFix"), field: null };
  const problem = issueWords(issue, t, language);
  return { words: t("create.problem", { field: field.title, problem }), field: field.name };
}

/** The server's words, at the field that they are about if there is one. */
function refused({ price: { refusal }, settings, wording }: Laid, t: TFunction): Obstacle | null {
  if (!refusal) return null;
  const [first] = refusal.fields;
  const name = first ? parameterOf(first.field) : null;
  const title =
    settings?.fields.find((field) => field.name === name)?.title ??
    wording?.template?.slots.find(({ id }) => slotField(id) === name)?.title;
  if (first && title)
    return { words: t("create.problem", { field: title, problem: first.message }), field: name };
  return { words: refusal.detail ?? refusal.title ?? t("create.needsFix"), field: name };
}

function tooDear(price: Price, t: TFunction, language: string): Obstacle | null {
  if (price.missing <= 0) return null;
  const balance = formatNumber(price.balance, language);
  return {
    words: t("create.balanceLow", { balance, missing: formatNumber(price.missing, language) }),
    field: null,
  };
}

/** The server names a parameter by its place in the request. */
export const parameterOf = (field: string): string => field.replace(/^parameters[./]/, "");
