/** Names for the generated schemas of the HTTP contract that are not tasks or settings. */
import type { components } from "../client/schema";

type Schemas = components["schemas"];

export type Problem = Schemas["Problem"];
export type StoredFile = Schemas["File"];
export type Catalogue = Schemas["Catalogue"];
export type Tool = Schemas["Tool"];
export type AiModel = Schemas["AiModel"];
export type Style = Schemas["Style"];
export type PromptStyle = Schemas["PromptStyle"];
export type Template = Schemas["Template"];
export type Credits = Schemas["Credits"];
export type CreditTransaction = Schemas["CreditTransaction"];
export type Pack = Schemas["Pack"];
export type Payment = Schemas["Payment"];
export type Provider = Schemas["Provider"];
export type ProviderCredential = Schemas["ProviderCredential"];
export type ProviderTest = Schemas["ProviderTest"];
