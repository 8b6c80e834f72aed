/** Small pictures of one task to choose from, in one row whose height never changes. */
import clsx from "clsx";
import { Download } from "lucide-react";
import { Picture } from "@/components/ui/placeholder";
import { useTranslation } from "@/locales/i18n";
import { saveFiles } from "@/services/storage";

type StripPicture = { id: string; thumbnailUrl: string; thumbhash: string };

type PictureStripProps = {
  pictures: StripPicture[];
  chosen: string | null;
  onChoose: (id: string) => void;
  /** Links that save all results; empty while there are none, when the button only keeps its place. */
  downloads: string[];
};

export function PictureStrip({ pictures, chosen, onChoose, downloads }: PictureStripProps) {
  const { t } = useTranslation();
  const total = pictures.length;
  return (
    <ul className="scroll-none mx-auto flex h-17 max-w-full gap-2 overflow-x-auto p-0.5">
      {pictures.map(({ id, thumbnailUrl, thumbhash }, place) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={id === chosen}
            aria-label={t("tasks.pictureOf", { index: place + 1, total })}
            onClick={() => onChoose(id)}
            className={clsx(
              "checkers relative block size-16 overflow-hidden rounded-md",
              id === chosen ? "ring-2 ring-cinnabar" : "ring-1 ring-line",
            )}
          >
            <Picture src={thumbnailUrl} thumbhash={thumbhash} alt="" className="size-full object-cover" />
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          disabled={downloads.length <= 1}
          aria-label={t("common.downloadAll", { total })}
          onClick={() => void saveFiles(downloads)}
          className="grid size-16 place-content-center justify-items-center gap-0.5 rounded-md text-xs hover:bg-sunken disabled:opacity-50"
        >
          <Download aria-hidden className="size-4" />
          {t("common.all")}
        </button>
      </li>
    </ul>
  );
}

/** The same row before there is anything to choose from. */
export function EmptyStrip({ count }: { count: number }) {
  return (
    <ul aria-hidden className="mx-auto flex h-17 max-w-full gap-2 overflow-hidden p-0.5">
      {Array.from({ length: count }, (_, index) => index).map((index) => (
        <li key={index} data-frame className="size-16 shrink-0 rounded-md bg-easel ring-1 ring-line" />
      ))}
      {/* Where the button that saves all will be. */}
      <li className="size-16 shrink-0" />
    </ul>
  );
}
