/** What it would cost to ask for the same again: the server's quote for exactly that, at the prices of now. */
import { useQuery } from "@tanstack/react-query";
import { useCatalogue } from "@/hooks/useCatalogue";
import { creditsQuery } from "@/services/queries";
import { quoteTask, repeatOf } from "@/services/tasks";
import type { Task } from "@/types/task";
import { QUOTE_FRESH_MS } from "@/utils/constants";

export type RepeatPrice = {
  /** Null while it is asked for, and when the server could not say. */
  credits: number | null;
  asking: boolean;
};

export function useRepeatPrice(task: Task, wanted: boolean): RepeatPrice {
  const { data: account, isLoading: counting } = useQuery(creditsQuery);
  const { findTool, query: catalogue } = useCatalogue();
  const models = findTool(task.taskType)?.models;
  // A model that is gone is chosen anew by the server.
  const named = task.modelNamed && models?.some(({ id, available }) => id === task.model && available);
  const body = JSON.stringify(repeatOf(task, named ? task.model : null));
  const { data, isLoading } = useQuery({
    queryKey: ["quote", body, account?.credits],
    queryFn: ({ signal }) => quoteTask(JSON.parse(body), signal),
    enabled: wanted && account !== undefined && models !== undefined,
    staleTime: QUOTE_FRESH_MS,
  });
  // A question that cannot be asked, as of a tool that is gone, is not waited for.
  return { credits: data?.credits ?? null, asking: counting || catalogue.isLoading || isLoading };
}
