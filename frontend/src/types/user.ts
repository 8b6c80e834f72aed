import type { components } from "@shared/client/schema";

export type User = components["schemas"]["User"];
