/** What the server tells every visitor about itself: name, registration rule and upload limits. */
import type { components } from "../client/schema";

export type AppInfo = components["schemas"]["App"];
export type Limits = AppInfo["limits"];
