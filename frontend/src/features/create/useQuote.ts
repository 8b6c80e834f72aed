/** The server's price for what is laid out, asked when it stops changing and kept for a minute. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDebounced } from "@/hooks/useDebounced";
import { quoteTask } from "@/services/tasks";
import type { NewTask } from "@/types/task";
import { QUOTE_DEBOUNCE_MS, QUOTE_FRESH_MS } from "@/utils/constants";

/** `balance` is part of the key: a quote says whether it suffices. */
export function useQuote(body: NewTask | null, balance: number | undefined) {
  // As text, so that equal bodies from different renders are the same question.
  const asked = useDebounced(body ? JSON.stringify(body) : null, QUOTE_DEBOUNCE_MS);
  return useQuery({
    queryKey: ["quote", asked, balance],
    queryFn: ({ signal }) => quoteTask(JSON.parse(asked ?? "{}") as NewTask, signal),
    enabled: asked !== null,
    staleTime: QUOTE_FRESH_MS,
    placeholderData: keepPreviousData,
  });
}
