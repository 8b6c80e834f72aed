export type {
  AiModel,
  Credits,
  CreditTransaction,
  Problem,
  StoredFile,
  Style,
  Tool,
} from "@shared/types/api";
export type { AppInfo, Limits } from "@shared/types/config";
