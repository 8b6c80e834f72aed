/** The vendors in the reader's language and order, and what follows from a change. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "@/locales/i18n";
import { inReadersOrder } from "@/services/providers";
import { providersQuery } from "@/services/queries";

export function useProviders() {
  const { language } = useTranslation();
  const cache = useQueryClient();
  const query = useQuery(providersQuery(language));
  /** A key opens models, so the catalogue is another one too. */
  const changed = async () => {
    await Promise.all([
      cache.invalidateQueries({ queryKey: ["providers"] }),
      cache.invalidateQueries({ queryKey: ["catalogue"] }),
    ]);
  };
  return { query, providers: inReadersOrder(query.data ?? [], language), changed };
}
