/** One sentence per refused file: its name, the reason and the limit. */
import { IMAGE_TYPE_NAMES } from "@shared/constants/file-types";
import type { TFunction } from "@/locales/i18n";
import { BYTES_PER_MB } from "@/utils/constants";
import { formatBytes } from "@/utils/formatting";
import type { FileRefusal, FileRules } from "@/utils/validation";

export function typeNames(types: readonly string[]): string {
  return types.map((type) => IMAGE_TYPE_NAMES[type] ?? type).join(" / ");
}

export function refusalWords(refusal: FileRefusal, rules: FileRules, t: TFunction, locale: string): string {
  const name = refusal.name;
  const allowed = typeNames(rules.acceptedTypes);
  switch (refusal.reason) {
    case "count":
      return t("common.upload.refused.count", { name, limit: rules.maxFiles });
    case "empty":
      return t("common.upload.refused.empty", { name });
    case "size":
      return t("common.upload.refused.size", {
        name,
        size: formatBytes(refusal.sizeBytes, locale),
        limit: formatBytes(rules.maxFileSizeMb * BYTES_PER_MB, locale),
      });
    case "type":
      if (refusal.detected === "HEIC" || refusal.detected === "HEIF")
        return t("common.upload.refused.heic", { name, allowed });
      if (refusal.detected)
        return t("common.upload.refused.type", { name, detected: refusal.detected, allowed });
      return t("common.upload.refused.typeUnknown", { name, allowed });
  }
}
