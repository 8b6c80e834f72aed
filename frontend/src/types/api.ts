export type {
  AiModel,
  Credits,
  CreditTransaction,
  Problem,
  PromptStyle,
  StoredFile,
  Style,
  Template,
  Tool,
} from "@shared/types/api";
export type { AppInfo, Limits } from "@shared/types/config";
