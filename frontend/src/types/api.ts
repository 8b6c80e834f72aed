export type { Catalogue, CreditTransaction, Credits, Problem, Style, StoredFile, Tool } from "@shared/types/api";
export type { AppInfo, Limits } from "@shared/types/config";
