/**
 * Drop zone, paste target, picker and camera. Checks each file before it goes anywhere and says what was
 * refused and why; what happens to good files is the caller's business (`onFileSelect`).
 */
import { ACCEPTED_IMAGE_TYPES } from "@shared/constants/file-types";
import clsx from "clsx";
import { Camera, ImagePlus, ShieldCheck, X } from "lucide-react";
import { type ChangeEvent, useId, useRef, useState } from "react";
import { IconButton } from "@/components/ui/button";
import { useFileDrop } from "@/hooks/useFileDrop";
import { useTranslation } from "@/locales/i18n";
import { BYTES_PER_MB, DEFAULT_MAX_FILE_MB, DEFAULT_MAX_FILES } from "@/utils/constants";
import { formatBytes } from "@/utils/formatting";
import { checkFiles, type FileRefusal } from "@/utils/validation";
import { refusalWords, typeNames } from "./refusal-words";

export type FileUploadProps = {
  onFileSelect: (files: File[]) => void;
  /** MIME types, judged by the file's own bytes. */
  acceptedTypes?: readonly string[];
  /** Megabytes per file. */
  maxFileSize?: number;
  /** How many files may be added now; with none left only what was refused is shown. */
  maxFiles?: number;
  /** How many there may be in all, for the message about those past it. */
  limit?: number;
  disabled?: boolean;
  /** Drops and pastes anywhere in the window land here. */
  wholeWindow?: boolean;
  /** A low bar instead of a tall zone, once there are pictures. */
  compact?: boolean;
  /** The vendor that will be sent the files, if it is not this server that works on them. */
  sentTo?: string | null;
};

export function FileUpload({
  onFileSelect,
  acceptedTypes = ACCEPTED_IMAGE_TYPES,
  maxFileSize = DEFAULT_MAX_FILE_MB,
  maxFiles = DEFAULT_MAX_FILES,
  limit = maxFiles,
  disabled = false,
  wholeWindow = false,
  compact = false,
  sentTo = null,
}: FileUploadProps) {
  const { t, language } = useTranslation();
  const zone = useRef<HTMLDivElement>(null);
  const hintId = useId();
  const rules = { acceptedTypes, maxFileSizeMb: maxFileSize, maxFiles };
  const [refusals, setRefusals] = useState<string[]>([]);

  const receive = async (files: File[]) => {
    if (disabled || files.length === 0) return;
    const { accepted, refused } = await checkFiles(files, rules);
    const words = (refusal: FileRefusal) => refusalWords(refusal, { ...rules, maxFiles: limit }, t, language);
    // Two files of one name refused for one reason make one sentence.
    setRefusals([...new Set(refused.map(words))]);
    if (accepted.length > 0) onFileSelect(accepted);
  };
  const active = useFileDrop({ target: zone, wholeWindow, disabled, onFiles: receive });
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    const files = Array.from(event.target.files ?? []);
    // Emptied, so that choosing the same file again is a change again.
    event.target.value = "";
    void receive(files);
  };

  const size = formatBytes(maxFileSize * BYTES_PER_MB, language);
  const types = typeNames(acceptedTypes);
  const limits = t(maxFiles > 1 ? "common.upload.hintMany" : "common.upload.hint", {
    types,
    size,
    count: maxFiles,
  });
  const hint = compact && maxFiles > 1 ? t("common.upload.room", { count: maxFiles }) : limits;
  const input = { type: "file", accept: acceptedTypes.join(","), disabled, onChange: pick } as const;

  return (
    <div ref={zone} className="grid gap-2">
      <div hidden={maxFiles === 0} className="grid gap-2">
        <div
          className={clsx(
            "relative rounded-lg border-2 border-dashed transition-colors",
            active ? "drag-active border-azurite bg-azurite-wash" : "border-edge/60 bg-surface",
            disabled ? "opacity-60" : "hover:border-azurite",
            "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-azurite",
          )}
        >
          <label
            className={clsx(
              "flex text-center",
              compact ? "min-h-14 items-center gap-3 px-4" : "flex-col items-center gap-2 px-4 py-7",
            )}
          >
            <input {...input} multiple={maxFiles > 1} aria-describedby={hintId} className="sr-only" />
            <ImagePlus
              aria-hidden
              className={clsx("text-azurite", compact ? "size-5" : "size-8")}
              strokeWidth={1.5}
            />
            <span className={compact ? "text-sm font-medium" : "font-semibold"}>
              {active ? t("common.upload.drop") : <ZoneTitle compact={compact} />}
            </span>
            {wholeWindow && !compact ? (
              <span className="hidden text-xs text-soft pointer-fine:block">{t("common.upload.paste")}</span>
            ) : null}
          </label>
          <label
            className={clsx(
              "hidden min-h-11 items-center gap-2 rounded-md px-3 text-sm font-medium text-azurite pointer-coarse:inline-flex",
              "has-focus-visible:outline-2 has-focus-visible:outline-azurite",
              compact ? "absolute inset-y-0 right-1" : "relative left-1/2 mb-4 -translate-x-1/2",
            )}
          >
            <input {...input} capture="environment" className="sr-only" />
            <Camera aria-hidden className="size-5" />
            {t("common.upload.camera")}
          </label>
        </div>
        <p id={hintId} className="text-xs text-soft">
          {hint}
        </p>
        {compact ? null : (
          <p className="flex items-start gap-1.5 text-xs text-soft">
            <ShieldCheck aria-hidden className="mt-px size-3.5 shrink-0 text-jade" />
            {sentTo ? t("common.upload.sentTo", { vendor: sentTo }) : t("common.upload.privacy")}
          </p>
        )}
      </div>
      <Refusals messages={refusals} onDismiss={() => setRefusals([])} />
    </div>
  );
}

function ZoneTitle({ compact }: { compact: boolean }) {
  const { t } = useTranslation();
  if (compact) return t("common.upload.more");
  return (
    <>
      <span className="pointer-coarse:hidden">{t("common.upload.title")}</span>
      <span className="hidden pointer-coarse:inline">{t("common.upload.titleTouch")}</span>
    </>
  );
}

/** The bar with the price may lie over the place where it appears. */
function intoView(node: HTMLElement | null) {
  node?.scrollIntoView?.({ block: "nearest" });
}

function Refusals({ messages, onDismiss }: { messages: string[]; onDismiss: () => void }) {
  const { t } = useTranslation();
  // The region exists before it has something to say, or screen readers miss the first message.
  return (
    <div role="alert">
      {messages.length > 0 ? (
        <div
          ref={intoView}
          className="flex scroll-mb-40 items-start gap-2 rounded-md bg-cinnabar-wash py-2 pr-1 pl-3 text-sm"
        >
          <ul className="grid flex-1 gap-1 py-1">
            {messages.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
          <IconButton label={t("common.dismiss")} onClick={onDismiss}>
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
      ) : null}
    </div>
  );
}
