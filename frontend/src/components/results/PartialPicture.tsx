/** A picture on its way. The one before stays until the next has arrived, and one that does not arrive is not missed. */
import { useState } from "react";
import { useTranslation } from "@/locales/i18n";

type PartialPictureProps = { url: string | null | undefined; className: string };

export function PartialPicture({ url, className }: PartialPictureProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<string | null>(null);
  if (!url) return null;
  return (
    <>
      {shown ? (
        <img src={shown} alt={t("tasks.partial")} className={`absolute inset-0 size-full ${className}`} />
      ) : null}
      {shown === url ? null : <img src={url} alt="" className="hidden" onLoad={() => setShown(url)} />}
    </>
  );
}
