/** A parameter that is a picture: its own small drop zone whose stored id becomes the value. */
import { useEffect, useRef } from "react";
import { FileUpload } from "@/components/common/FileUpload";
import { UploadList } from "@/components/common/UploadList";
import { useFileUpload } from "@/hooks/useFileUpload";
import { getFile } from "@/services/storage";
import { isRefused } from "@/services/upload-queue";
import type { Limits } from "@/types/api";
import { BYTES_PER_MB } from "@/utils/constants";

type FileFieldProps = {
  label: string;
  hint: string | undefined;
  error: string | null;
  value: string | null;
  limits: Limits | undefined;
  onChange: (fileId: string | undefined) => void;
};

export function FileField({ label, hint, error, value, limits, onChange }: FileFieldProps) {
  const uploads = useFileUpload();
  const storedId = uploads.stored[0]?.id ?? null;
  const change = useRef(onChange);
  change.current = onChange;

  // A value from a draft or another task's settings: the server tells what picture it is.
  const { replaceStored } = uploads;
  const empty = uploads.items.length === 0;
  const restored = useRef<string | null>(null);
  useEffect(() => {
    if (!value || !empty || restored.current === value) return;
    restored.current = value;
    getFile(value)
      .then((file) => replaceStored([file]))
      .catch(() => change.current(undefined));
  }, [value, empty, replaceStored]);

  useEffect(() => {
    if (!storedId) return;
    restored.current = storedId;
    change.current(storedId);
  }, [storedId]);

  return (
    <fieldset className="grid min-w-0 gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      {hint ? <p className="text-xs text-soft">{hint}</p> : null}
      <UploadList
        items={uploads.items}
        onRetry={uploads.retry}
        onRemove={(key) => {
          uploads.remove(key);
          onChange(undefined);
        }}
      />
      {uploads.items.every(isRefused) ? (
        <FileUpload
          compact
          maxFiles={1}
          onFileSelect={uploads.add}
          {...(limits && {
            acceptedTypes: limits.acceptedTypes,
            maxFileSize: limits.maxFileSizeBytes / BYTES_PER_MB,
          })}
        />
      ) : null}
      {error ? <p className="text-xs text-cinnabar-ink">{error}</p> : null}
    </fieldset>
  );
}
