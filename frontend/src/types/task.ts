export type { NewTask, Quote, Task, TaskResult, TaskStage, TaskStatus } from "@shared/types/task";
