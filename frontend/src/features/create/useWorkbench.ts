/**
 * The workbench as the create page sees it: the chosen tool, its settings, the pictures it will work on,
 * and what still stands between them and a press.
 */
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { checkParameters, isFilled, parametersToSend, readFields } from "@/components/forms/parameter-schema";
import { useFileUpload } from "@/hooks/useFileUpload";
import { getFile } from "@/services/storage";
import {
  changeDraft,
  getDraft,
  type ParameterValues,
  setParameters,
  subscribeDraft,
  workbenchUploads,
} from "@/services/workbench";
import type { StoredFile, Style, Tool } from "@/types/api";
import type { NewTask } from "@/types/task";

export type Blocker = "photo" | "style" | "fix";

/** The parameter that replaces a named style by a picture. */
const STYLE_IMAGE = "styleImage";

export function useWorkbench(tools: Tool[], styles: Style[]) {
  const draft = useSyncExternalStore(subscribeDraft, getDraft);
  const uploads = useFileUpload(workbenchUploads);
  useStoredDraft(uploads.stored, draft.fileIds, uploads.replaceStored);

  const offered = tools.filter((tool) => tool.available);
  const tool = offered.find((candidate) => candidate.taskType === draft.taskType) ?? offered[0] ?? null;
  const values: ParameterValues = (tool && draft.parameters[tool.taskType]) ?? {};
  const usesPictureAsStyle = isFilled(values[STYLE_IMAGE]);
  const style = tool?.usesStyles
    ? (styles.find((candidate) => candidate.id === draft.style) ?? styles[0] ?? null)
    : null;

  const used = uploads.stored.slice(0, tool?.inputs.max ?? 0);
  const fields = tool ? readFields(tool.parameters) : [];
  const blocker = findBlocker();
  const body: NewTask | null =
    tool && blocker === null
      ? {
          taskType: tool.taskType,
          inputFiles: used.map((file) => file.id),
          parameters: parametersToSend(fields, values),
          ...(style && !usesPictureAsStyle && { style: style.id }),
        }
      : null;

  function findBlocker(): Blocker | null {
    if (!tool) return "fix";
    if (used.length < tool.inputs.min) return "photo";
    if (tool.usesStyles && !style && !usesPictureAsStyle) return "style";
    return Object.keys(checkParameters(fields, values)).length > 0 ? "fix" : null;
  }

  return {
    tool,
    style,
    values,
    uploads,
    used,
    body,
    blocker,
    usesPictureAsStyle,
    chooseTool: (taskType: string) => changeDraft({ taskType }),
    chooseStyle: (id: string) => changeDraft({ style: id }),
    setValues: (next: ParameterValues) => tool && setParameters(tool.taskType, next),
  };
}

/** Brings a draft's pictures back from the server once, then writes every change of them into the draft. */
function useStoredDraft(stored: StoredFile[], draftIds: string[], replace: (files: StoredFile[]) => void) {
  const [restored, setRestored] = useState(false);
  const ids = stored.map((file) => file.id).join(",");
  const first = useRef({ wanted: draftIds, present: ids });

  useEffect(() => {
    const { wanted, present } = first.current;
    if (wanted.join(",") === present) return setRestored(true);
    let left = false;
    Promise.allSettled(wanted.map(getFile)).then((answers) => {
      if (left) return;
      // A picture deleted meanwhile is simply gone; the rest of the draft stays.
      replace(answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : [])));
      setRestored(true);
    });
    return () => {
      left = true;
    };
  }, [replace]);

  useEffect(() => {
    if (restored) changeDraft({ fileIds: ids ? ids.split(",") : [] });
  }, [restored, ids]);
}
