/**
 * What the creator has laid out: pictures, tool, style and parameters. Written to this browser's storage
 * so that it survives a reload; other pages put things on it (“use as input”, “same settings again”).
 */
import { recall, remember } from "@/services/preferences";
import { UploadQueue } from "@/services/upload-queue";

export type ParameterValues = Record<string, unknown>;

/** How own words are told: what is chosen for one tool. */
export type Wording = {
  template: string | null;
  /** By template, so that trying another one loses nothing. */
  slots: Record<string, Record<string, string>>;
  style: string | null;
  /** Whether what style and template leave out is said in words to a model that has no field for it. */
  avoidInWords: boolean;
  /** What was written before it was improved or translated. */
  original: string | null;
};

export const PLAIN_WORDING: Wording = {
  template: null,
  slots: {},
  style: null,
  avoidInWords: false,
  original: null,
};

export type Draft = {
  taskType: string | null;
  style: string | null;
  /** Kept per tool, so that trying another tool loses nothing. */
  parameters: Record<string, ParameterValues>;
  /** The model chosen for a tool; without one the server chooses. */
  models: Record<string, string>;
  /** How the words of a tool are told. */
  wording: Record<string, Wording>;
  /** Stored pictures only; one still on its way cannot outlive the page. */
  fileIds: string[];
};

const EMPTY: Draft = { taskType: null, style: null, parameters: {}, models: {}, wording: {}, fileIds: [] };

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

export function setWording(taskType: string, change: Partial<Wording>): void {
  const before = draft.wording[taskType] ?? PLAIN_WORDING;
  changeDraft({ wording: { ...draft.wording, [taskType]: { ...before, ...change } } });
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
      wording: asRecord(read.wording),
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
