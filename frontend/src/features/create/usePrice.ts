/**
 * What a press would take. The catalogue's price times the pictures is known at once; the server's quote
 * confirms it, adds the time, and may refuse. A quote counts only for what is laid out now; words cost nothing,
 * so that a price stays while somebody writes, but a refusal holds for exactly these words.
 */
import { useQuery } from "@tanstack/react-query";
import { useDebounced } from "@/hooks/useDebounced";
import { type ApiError, toApiError } from "@/services/errors";
import { quoteTask } from "@/services/tasks";
import type { Credits } from "@/types/api";
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

/** What is laid out: the request, credits for one picture, and how many pictures it makes. */
type LaidOut = { body: NewTask | null; each: number | null; pictures: number | null };

export function usePrice({ body, each, pictures }: LaidOut, account: Credits | undefined): Price {
  // As text, so that equal bodies from different renders are the same question.
  const present = body ? JSON.stringify(body) : null;
  const asked = useDebounced(present, QUOTE_DEBOUNCE_MS);
  const query = useQuery({
    // The balance is part of the question: the answer says whether it suffices.
    queryKey: ["quote", asked, account?.credits],
    queryFn: ({ signal }) => quoteTask(JSON.parse(asked ?? "{}") as NewTask, signal),
    enabled: asked !== null,
    staleTime: QUOTE_FRESH_MS,
    placeholderData: (quote, before) => (sameButWords(asked, before?.queryKey[1]) ? quote : undefined),
  });
  const quote = sameButWords(present, asked) ? query.data : undefined;
  const error = present !== null && asked === present && query.error ? toApiError(query.error) : null;
  const credits = quote?.credits ?? priceInSight(each, pictures, account);
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

function priceInSight(each: number | null, pictures: number | null, account: Credits | undefined) {
  if (!account || each === null || !pictures) return null;
  return account.unlimited ? 0 : each * pictures;
}

/** Whether two requests differ at most in what they say in words. */
function sameButWords(one: string | null, other: unknown): boolean {
  if (one === null || typeof other !== "string") return false;
  return one === other || withoutWords(one) === withoutWords(other);
}

function withoutWords(text: string): string {
  const body = JSON.parse(text) as NewTask;
  const parameters = { ...body.parameters, prompt: "", negativePrompt: "" };
  return JSON.stringify({ ...body, slots: {}, originalPrompt: "", parameters });
}
