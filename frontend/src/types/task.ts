export type {
  NewTask,
  PromptPreview,
  Quote,
  Task,
  TaskResult,
  TaskStage,
  TaskStatus,
} from "@shared/types/task";
