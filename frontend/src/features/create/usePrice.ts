/**
 * What a press would take. The catalogue's price times the pictures is known at once; the server's quote
 * confirms it, adds the time, and may refuse. A quote counts only for exactly what is laid out now.
 */
import { useQuery } from "@tanstack/react-query";
import { useDebounced } from "@/hooks/useDebounced";
import { type ApiError, toApiError } from "@/services/errors";
import { quoteTask } from "@/services/tasks";
import type { Credits, Tool } from "@/types/api";
import type { NewTask } from "@/types/task";
import { QUOTE_DEBOUNCE_MS, QUOTE_FRESH_MS } from "@/utils/constants";

export type Price = {
  /** Credits that a press takes; null while nobody knows. */
  credits: number | null;
  balance: number;
  /** Credits that the account lacks for it. */
  missing: number;
  estimatedSeconds: number | null;
  /** Why the server would not do this; a busy server or a line that is down is no refusal. */
  refusal: ApiError | null;
  /** The server was asked and gave no price. */
  failed: boolean;
};

/** Answers that the same question will get again. */
const REFUSALS = [400, 404, 409, 422];

export function usePrice(tool: Tool | null, body: NewTask | null, account: Credits | undefined): Price {
  // As text, so that equal bodies from different renders are the same question.
  const present = body ? JSON.stringify(body) : null;
  const asked = useDebounced(present, QUOTE_DEBOUNCE_MS);
  const query = useQuery({
    // The balance is part of the question: the answer says whether it suffices.
    queryKey: ["quote", asked, account?.credits],
    queryFn: ({ signal }) => quoteTask(JSON.parse(asked ?? "{}") as NewTask, signal),
    enabled: asked !== null,
    staleTime: QUOTE_FRESH_MS,
  });
  const answered = present !== null && asked === present;
  const quote = answered ? query.data : undefined;
  const error = answered && query.error ? toApiError(query.error) : null;
  const credits = quote?.credits ?? priceInSight(tool, body, account);
  const balance = quote?.balance ?? account?.credits ?? 0;
  return {
    credits,
    balance,
    missing: credits !== null && account ? Math.max(0, credits - balance) : 0,
    estimatedSeconds: quote?.estimatedSeconds ?? null,
    refusal: error && REFUSALS.includes(error.status) ? error : null,
    failed: error !== null,
  };
}

/** Each picture worked on gives one result; a tool that needs no picture is priced by the server alone. */
function priceInSight(tool: Tool | null, body: NewTask | null, account: Credits | undefined): number | null {
  const pictures = body?.inputFiles?.length ?? 0;
  if (!account || pictures === 0 || tool?.price == null) return null;
  return account.unlimited ? 0 : tool.price * pictures;
}
