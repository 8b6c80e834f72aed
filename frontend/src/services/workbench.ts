/**
 * What the creator has laid out: pictures, tool, style and parameters. Written to this browser's storage
 * so that it survives a reload; other pages put things on it (“use as input”, “same settings again”).
 */
import { recall, remember } from "@/services/preferences";
import { UploadQueue } from "@/services/upload-queue";

export type ParameterValues = Record<string, unknown>;

export type Draft = {
  taskType: string | null;
  style: string | null;
  /** Kept per tool, so that trying another tool loses nothing. */
  parameters: Record<string, ParameterValues>;
  /** The model chosen for a tool; without one the server chooses. */
  models: Record<string, string>;
  /** Stored pictures only; one still on its way cannot outlive the page. */
  fileIds: string[];
};

const EMPTY: Draft = { taskType: null, style: null, parameters: {}, models: {}, fileIds: [] };

/** Pictures on the workbench; one queue for the whole visit, so uploads outlive a change of page. */
export const workbenchUploads = new UploadQueue();

let owner: string | null = null;
let draft: Draft = EMPTY;
const listeners = new Set<() => void>();

/** Opens the draft of this user; another user of the same browser never sees it. */
export function openWorkbench(userId: string): void {
  if (owner === userId) return;
  owner = userId;
  workbenchUploads.clear();
  draft = parseDraft(recall(`draft.${userId}`));
  notify();
}

/** Whose draft lies open. */
export const draftOwner = (): string | null => owner;

export const getDraft = (): Draft => draft;

export function subscribeDraft(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changeDraft(change: Partial<Draft>): void {
  draft = { ...draft, ...change };
  if (owner) remember(`draft.${owner}`, JSON.stringify(draft));
  notify();
}

export function setParameters(taskType: string, values: ParameterValues): void {
  changeDraft({ parameters: { ...draft.parameters, [taskType]: values } });
}

/** Null leaves the choice to the server. */
export function setModel(taskType: string, model: string | null): void {
  const { [taskType]: _, ...others } = draft.models;
  changeDraft({ models: model === null ? others : { ...others, [taskType]: model } });
}

/** A draft written by an older page may lack fields or hold nonsense; only what fits is taken. */
export function parseDraft(text: string | null): Draft {
  if (!text) return EMPTY;
  try {
    const read = JSON.parse(text) as Partial<Draft>;
    return {
      taskType: typeof read.taskType === "string" ? read.taskType : null,
      style: typeof read.style === "string" ? read.style : null,
      parameters: asRecord(read.parameters),
      models: asRecord(read.models),
      fileIds: Array.isArray(read.fileIds) ? read.fileIds.filter((id) => typeof id === "string") : [],
    };
  } catch {
    return EMPTY;
  }
}

const asRecord = <T>(value: Record<string, T> | undefined): Record<string, T> =>
  typeof value === "object" && value ? value : {};

function notify() {
  for (const listener of listeners) listener();
}
