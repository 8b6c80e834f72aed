export type {
  AiModel,
  Credits,
  CreditTransaction,
  Pack,
  Payment,
  Problem,
  PromptStyle,
  Provider,
  ProviderCredential,
  ProviderTest,
  StoredFile,
  Style,
  Template,
  Tool,
} from "@shared/types/api";
export type { AppInfo, Limits } from "@shared/types/config";
