/** How own words become a prompt: style, template, and the result on demand. */
import { setWording } from "@/services/workbench";
import type { Tool } from "@/types/api";
import type { NewTask } from "@/types/task";
import { PromptPreview } from "./PromptPreview";
import { PromptStylePicker } from "./PromptStylePicker";
import { TemplatePicker } from "./TemplatePicker";
import type { SettledWording } from "./wording";

type WordingAreaProps = {
  tool: Tool;
  wording: SettledWording;
  /** What a press would ask for, as far as its words go. */
  body: NewTask | null;
  /** The server's complaints, by field. */
  errors: Record<string, string>;
  onTemplate: (templateId: string | null) => void;
};

export function WordingArea({ tool, wording, body, errors, onTemplate }: WordingAreaProps) {
  const { styles, templates, style, template, slots } = wording;
  const change = (next: Parameters<typeof setWording>[1]) => setWording(tool.taskType, next);
  const bySlot = Object.entries(errors).filter(([field]) => field.startsWith("slots."));
  const slotErrors = Object.fromEntries(
    bySlot.map(([field, words]) => [field.slice("slots.".length), words]),
  );
  return (
    <div className="grid gap-2">
      {styles.length > 0 ? (
        <PromptStylePicker styles={styles} value={style} onChange={(id) => change({ style: id })} />
      ) : null}
      {templates.length > 0 ? (
        <TemplatePicker
          templates={templates}
          value={template}
          slots={slots}
          errors={slotErrors}
          onChange={onTemplate}
          onSlot={(slot, value) =>
            template && change({ slots: { ...wording.allSlots, [template.id]: { ...slots, [slot]: value } } })
          }
        />
      ) : null}
      <PromptPreview
        body={body}
        modelName={(id) => tool.models.find((model) => model.id === id)?.name ?? id}
        avoidInWords={wording.avoidInWords}
        onAvoidInWords={(avoidInWords) => change({ avoidInWords })}
      />
    </div>
  );
}
