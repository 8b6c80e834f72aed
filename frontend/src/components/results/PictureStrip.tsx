/** Small pictures of one task to choose from. */
import clsx from "clsx";
import { Picture } from "@/components/ui/placeholder";
import { useTranslation } from "@/locales/i18n";

type StripPicture = { id: string; thumbnailUrl: string; thumbhash: string };
type PictureStripProps = { pictures: StripPicture[]; chosen: string | null; onChoose: (id: string) => void };

/** Draws nothing for a single picture. */
export function PictureStrip({ pictures, chosen, onChoose }: PictureStripProps) {
  const { t } = useTranslation();
  if (pictures.length <= 1) return null;
  return (
    <ul className="flex min-h-16 flex-wrap justify-center gap-2">
      {pictures.map(({ id, thumbnailUrl, thumbhash }, place) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={id === chosen}
            aria-label={t("tasks.pictureOf", { index: place + 1, total: pictures.length })}
            onClick={() => onChoose(id)}
            className={clsx(
              "checkers relative size-16 overflow-hidden rounded-md",
              id === chosen ? "ring-2 ring-cinnabar" : "ring-1 ring-line",
            )}
          >
            <Picture src={thumbnailUrl} thumbhash={thumbhash} alt="" className="size-full object-cover" />
          </button>
        </li>
      ))}
    </ul>
  );
}
