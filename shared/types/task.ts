/** Names for the generated schemas of a task: what is asked for, its price, and what comes back. */
import type { components } from "../client/schema";

type Schemas = components["schemas"];

export type NewTask = Schemas["NewTask"];
export type Quote = Schemas["Quote"];
export type PromptPreview = Schemas["PromptPreview"];
export type Task = Schemas["Task"];
export type TaskResult = Schemas["TaskResult"];
export type TaskStatus = Task["status"];
export type TaskStage = Task["stage"];
