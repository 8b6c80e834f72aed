/** Starts the page: words first, then the tree; what the first screen needs is asked for meanwhile. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { preferredLocale, showLocale } from "./locales/i18n";
import { recall } from "./services/preferences";
import {
  appQuery,
  catalogueQuery,
  createQueryClient,
  creditsQuery,
  meQuery,
  recentTasksQuery,
} from "./services/queries";
import "./styles/index.css";

const root = document.getElementById("root");
if (root) {
  const cache = createQueryClient();
  const locale = preferredLocale();
  document.documentElement.lang = locale;
  void cache.prefetchQuery(appQuery);
  void cache.prefetchQuery(meQuery);
  void cache.prefetchQuery(catalogueQuery(locale));
  // A visitor who was in before most likely still is; asking now saves a round trip.
  if (recall("in")) {
    void cache.prefetchQuery(recentTasksQuery);
    void cache.prefetchQuery(creditsQuery);
  }
  await showLocale(locale);
  createRoot(root).render(
    <StrictMode>
      <App cache={cache} />
    </StrictMode>,
  );
}
