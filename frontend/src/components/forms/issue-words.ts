/** What is wrong with a value, in words. */
import type { TFunction } from "@/locales/i18n";
import { formatNumber } from "@/utils/formatting";
import type { ParameterIssue } from "./parameter-values";

export function issueWords(issue: ParameterIssue, t: TFunction, language: string): string {
  if (issue.reason === "required") return t("common.form.required");
  if (issue.reason === "color") return t("common.form.colorInvalid");
  if (issue.reason === "length") return t("common.form.tooLong", { max: formatNumber(issue.max, language) });
  const { min, max } = issue;
  return t("common.form.numberRange", {
    min: formatNumber(min, language),
    max: formatNumber(max, language),
  });
}
