export type {
  AiModel,
  Credits,
  CreditTransaction,
  Problem,
  Provider,
  ProviderCredential,
  ProviderTest,
  StoredFile,
  Style,
  Tool,
} from "@shared/types/api";
export type { AppInfo, Limits } from "@shared/types/config";
