/** The chosen pictures with what each is doing: waiting, progress, ready, or why it failed. */
import clsx from "clsx";
import { RotateCw, X } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { Picture } from "@/components/ui/placeholder";
import { useTranslation } from "@/locales/i18n";
import { isRefused, type UploadItem } from "@/services/upload-queue";
import { formatBytes, formatPercent, formatPixels } from "@/utils/formatting";
import { errorWords } from "./error-words";

type UploadListProps = {
  items: UploadItem[];
  /** Pictures past this many are kept but not used by the chosen tool. */
  used?: number;
  onRemove: (key: string) => void;
  onRetry: (key: string) => void;
};

export function UploadList({ items, used = items.length, onRemove, onRetry }: UploadListProps) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  const usable = items.filter((item) => !isRefused(item));
  return (
    <ul className="grid gap-2" aria-label={t("common.upload.list")}>
      {items.map((item) => (
        <UploadRow
          key={item.key}
          item={item}
          unused={usable.indexOf(item) >= used}
          onRemove={onRemove}
          onRetry={onRetry}
        />
      ))}
    </ul>
  );
}

type UploadRowProps = { item: UploadItem; unused: boolean } & Pick<UploadListProps, "onRemove" | "onRetry">;

function UploadRow({ item, unused, onRemove, onRetry }: UploadRowProps) {
  const { t } = useTranslation();
  const name = item.name;
  const going = item.status === "uploading" || item.status === "waiting";
  const source = item.stored?.thumbnailUrl ?? item.previewUrl;
  return (
    <li
      className={clsx(
        "flex animate-rise items-center gap-3 rounded-lg border border-line bg-surface p-2",
        unused && "opacity-60",
      )}
    >
      <div className="checkers relative size-14 shrink-0 overflow-hidden rounded-md">
        {source ? (
          <Picture
            src={source}
            thumbhash={item.stored?.thumbhash}
            alt=""
            className="size-full object-cover"
          />
        ) : null}
      </div>
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="truncate text-sm font-medium" title={name}>
          {name}
        </p>
        <UploadState item={item} unused={unused} />
      </div>
      {item.status === "failed" && !isRefused(item) ? (
        <IconButton label={t("common.upload.retryOne", { name })} onClick={() => onRetry(item.key)}>
          <RotateCw aria-hidden className="size-4" />
        </IconButton>
      ) : null}
      <IconButton
        label={t(going ? "common.upload.cancelOne" : "common.upload.removeOne", { name })}
        onClick={() => onRemove(item.key)}
      >
        <X aria-hidden className="size-4" />
      </IconButton>
    </li>
  );
}

function UploadState({ item, unused }: { item: UploadItem; unused: boolean }) {
  const { t, language } = useTranslation();
  if (item.status === "failed" && item.error) {
    const words = errorWords(item.error, t);
    return (
      <p role="alert" className="text-xs text-cinnabar-ink">
        {words.detail ?? words.title}
      </p>
    );
  }
  if (item.status === "uploading" || item.status === "waiting") {
    const sent = item.progress >= 1;
    const percent = formatPercent(item.progress, language);
    const words =
      item.status === "waiting" ? t("common.upload.waiting") : t("common.upload.uploading", { percent });
    return (
      <>
        <p className="text-xs text-soft tabular-nums">{sent ? t("common.upload.checking") : words}</p>
        <progress
          value={item.progress}
          aria-label={item.name}
          className="h-1 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-azurite [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-azurite"
        />
      </>
    );
  }
  const facts = [formatBytes(item.sizeBytes, language)];
  if (item.stored) facts.unshift(formatPixels(item.stored.width, item.stored.height));
  return (
    <p className="text-xs text-soft tabular-nums">
      {unused ? t("common.upload.notUsed") : facts.join(" · ")}
    </p>
  );
}
