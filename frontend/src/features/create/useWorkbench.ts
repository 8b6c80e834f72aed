/**
 * The workbench as the create page sees it: the chosen tool, its settings, the pictures it will work on,
 * and what still stands between them and a press.
 */
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { checkParameters, isFilled, parametersToSend } from "@/components/forms/parameter-values";
import { useFileUpload } from "@/hooks/useFileUpload";
import { getFile } from "@/services/storage";
import {
  changeDraft,
  getDraft,
  type ParameterValues,
  setModel,
  setParameters,
  subscribeDraft,
  workbenchUploads,
} from "@/services/workbench";
import type { Credits, PromptStyle, StoredFile, Style, Template, Tool } from "@/types/api";
import type { NewTask } from "@/types/task";
import { mostPictures } from "./model-choice";
import { picturesMade, STYLE_IMAGE, settleTool, type ToolSettings } from "./tool-settings";
import { wordActions } from "./wording/word-actions";
import { type SettledWording, settleWording } from "./wording/wording";

export type Blocker = "photo" | "style" | "prompt" | "slots" | "fix";

type Offered = { tools: Tool[]; styles: Style[]; promptStyles: PromptStyle[]; templates: Template[] };

export function useWorkbench({ tools, styles, ...offered }: Offered, account: Credits | undefined) {
  const draft = useSyncExternalStore(subscribeDraft, getDraft);
  const uploads = useFileUpload(workbenchUploads);
  const onTheirWay = useStoredDraft(uploads.stored, draft.fileIds, uploads.replaceStored);

  const available = tools.filter((tool) => tool.available);
  const tool = available.find((candidate) => candidate.taskType === draft.taskType) ?? available[0] ?? null;
  const values: ParameterValues = (tool && draft.parameters[tool.taskType]) ?? {};
  const usesPictureAsStyle = isFilled(values[STYLE_IMAGE]);
  const used = uploads.stored.slice(0, tool ? mostPictures(tool) : 0);
  const balance = account && !account.unlimited ? account.credits : Number.POSITIVE_INFINITY;
  const settings = tool && settleTool(tool, draft.models[tool.taskType], values, used.length, balance);
  const style = settings?.namedStyles
    ? (styles.find((candidate) => candidate.id === draft.style) ?? styles[0] ?? null)
    : null;

  const wording = tool && settleWording(tool, draft.wording[tool.taskType], offered);
  const enough = tool !== null && used.length >= tool.inputs.min;
  const blocker = !settings
    ? "fix"
    : !enough
      ? "photo"
      : tool.usesStyles && !style && !usesPictureAsStyle
        ? "style"
        : (settingsBlocker(settings, values, wording) ?? (wording?.blocked ? "slots" : null));
  const request: NewTask | null = tool &&
    settings && {
      taskType: tool.taskType,
      parameters: parametersToSend(settings.fields, values),
      ...(settings.choice.named && { model: settings.choice.named.id }),
      ...(settings.told && isFilled(values[settings.told.name]) && wording?.sent),
    };
  const body: NewTask | null =
    request && blocker === null
      ? {
          ...request,
          inputFiles: used.map((file) => file.id),
          ...(style && !usesPictureAsStyle && { style: style.id }),
        }
      : null;
  const words = settings?.told && isFilled(values[settings.told.name]);
  const worded = words && !settingsBlocker(settings, values, wording) && !wording?.blocked;
  // Named, so that what is shown is what the model is told that a press would go to.
  const acting = settings?.choice.acting;

  return {
    tool,
    settings,
    /** How many pictures a press would make; null while pictures to work on are missing. */
    pictures: settings && enough ? picturesMade(tool, settings.count, used.length) : null,
    style,
    values,
    uploads,
    /** How many pictures of the draft are still on their way back from the server, and so have no item yet. */
    expected: uploads.items.length === 0 ? onTheirWay : 0,
    used,
    body,
    wording,
    /** The same as far as its words go, pictures or not. */
    wordsBody: worded && request ? { ...request, ...(acting && { model: acting.id }) } : null,
    blocker,
    usesPictureAsStyle,
    chooseTool: (taskType: string) => changeDraft({ taskType }),
    chooseStyle: (id: string) => changeDraft({ style: id }),
    chooseModel: (id: string | null) => tool && setModel(tool.taskType, id),
    ...wordActions({ tool, settings, values, wording }),
    setValues: (next: ParameterValues) => tool && setParameters(tool.taskType, next),
  };
}

function settingsBlocker(
  { prompt, told, fields }: ToolSettings,
  values: ParameterValues,
  wording: SettledWording | null,
): Blocker | null {
  // A template or a style says nothing without words.
  const needed = prompt ?? (wording?.template || wording?.style ? told : null);
  if (needed && !isFilled(values[needed.name])) return "prompt";
  return Object.keys(checkParameters(fields, values)).length > 0 ? "fix" : null;
}

/**
 * Brings a draft's pictures back from the server once, then writes every change of them into the draft. Returns how many
 * are on their way.
 */
function useStoredDraft(
  stored: StoredFile[],
  draftIds: string[],
  replace: (files: StoredFile[]) => void,
): number {
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

  return restored ? 0 : first.current.wanted.length;
}
