/** A picture that keeps its place: a blurred ThumbHash until the real one is there, no jump when it is, a sign when it cannot be shown. */
import clsx from "clsx";
import { ImageOff } from "lucide-react";
import { type ImgHTMLAttributes, useMemo, useState } from "react";
import { thumbHashToDataURL } from "thumbhash";

type PictureProps = ImgHTMLAttributes<HTMLImageElement> & {
  thumbhash?: string | null | undefined;
  alt: string;
};

export function Picture({ thumbhash, className, alt, onLoad, ...rest }: PictureProps) {
  const [loaded, setLoaded] = useState(false);
  const [broken, setBroken] = useState<string | null>(null);
  const blurred = useMemo(() => decodeThumbhash(thumbhash), [thumbhash]);
  // A new link to it is tried anew.
  if (broken !== null && broken === rest.src) return <Unshowable className={className} alt={alt} />;
  return (
    <>
      {blurred && !loaded ? (
        <img src={blurred} alt="" aria-hidden className={clsx(className, "absolute inset-0")} />
      ) : null}
      <img
        {...rest}
        alt={alt}
        className={className}
        onLoad={(event) => {
          setLoaded(true);
          onLoad?.(event);
        }}
        onError={() => setBroken(rest.src ?? null)}
      />
    </>
  );
}

/** In place of the browser's own sign for a broken picture. */
function Unshowable({ className, alt }: { className: string | undefined; alt: string }) {
  return (
    <span
      {...(alt ? { role: "img", "aria-label": alt } : { "aria-hidden": true })}
      className={clsx(className, "grid place-items-center bg-sunken text-soft")}
    >
      <ImageOff aria-hidden className="size-6" strokeWidth={1.5} />
    </span>
  );
}

/** A small data: picture from the server's base64, or null when there is none or it is broken. */
function decodeThumbhash(base64: string | null | undefined): string | null {
  if (!base64) return null;
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  } catch {
    return null;
  }
}
