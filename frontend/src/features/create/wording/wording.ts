/** How the words of a tool are told: the style, template and slots that are chosen, and what of them is sent. */
import { PLAIN_WORDING, type Wording } from "@/services/workbench";
import type { PromptStyle, Template, Tool } from "@/types/api";
import type { NewTask } from "@/types/task";

type Offered = { promptStyles: PromptStyle[]; templates: Template[] };
type Slot = Template["slots"][number];

export type SettledWording = ReturnType<typeof settleWording>;

export function settleWording(tool: Tool, wanted: Wording | undefined, offered: Offered) {
  const choice = { ...PLAIN_WORDING, ...wanted };
  const fits = ({ taskTypes }: { taskTypes: string[] }) => taskTypes.includes(tool.taskType);
  const styles = offered.promptStyles.filter(fits);
  const templates = offered.templates.filter(fits);
  // What is gone from the catalogue is not sent.
  const style = styles.find(({ id }) => id === choice.style) ?? null;
  const template = templates.find(({ id }) => id === choice.template) ?? null;
  const given = (template && choice.slots[template.id]) ?? {};
  const slots = Object.fromEntries((template?.slots ?? []).map((slot) => [slot.id, slotValue(slot, given)]));
  return {
    styles,
    templates,
    style,
    template,
    slots,
    /** What is filled into the slots of all templates. */
    allSlots: choice.slots,
    avoidInWords: choice.avoidInWords,
    original: choice.original,
    /** A text that must be given is missing, or one is too long. */
    blocked: (template?.slots ?? []).some((slot) => isWrong(slot, slots[slot.id] ?? "")),
    /** The fields of a task. */
    sent: sent({ style, template, slots, avoidInWords: choice.avoidInWords, original: choice.original }),
  };
}

/** Whether words were replaced rather than edited: what is other is no rewording of what stood there before. */
export function isOther(before: string, after: string): boolean {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return after.trim() === "" || start + end < before.length / 4;
}

/** A choice that the catalogue no longer has is no value; a text is its own. */
function slotValue(slot: Slot, given: Record<string, string>): string {
  const value = given[slot.id];
  if (slot.choices.length === 0) return value ?? "";
  return slot.choices.some((choice) => choice.value === value) ? (value ?? "") : (slot.default ?? "");
}

export function isWrong(slot: Slot, value: string): boolean {
  if (slot.choices.length > 0) return false;
  return (slot.required && value.trim() === "") || [...value.trim()].length > slot.maxLength;
}

type Chosen = {
  style: PromptStyle | null;
  template: Template | null;
  slots: Record<string, string>;
  avoidInWords: boolean;
  original: string | null;
};

function sent({ style, template, slots, avoidInWords, original }: Chosen): Partial<NewTask> {
  const filled = Object.fromEntries(Object.entries(slots).filter(([, value]) => value.trim() !== ""));
  return {
    ...(style && { style: style.id }),
    ...(template && { template: template.id }),
    ...(template && Object.keys(filled).length > 0 && { slots: filled }),
    ...(avoidInWords && (style || template) && { avoidInWords }),
    ...(original && { originalPrompt: original }),
  };
}
