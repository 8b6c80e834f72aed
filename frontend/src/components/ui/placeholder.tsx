/** A picture that keeps its place: a blurred ThumbHash until the real one is there, no jump when it is. */
import clsx from "clsx";
import { type ImgHTMLAttributes, useMemo, useState } from "react";
import { thumbHashToDataURL } from "thumbhash";

type PictureProps = ImgHTMLAttributes<HTMLImageElement> & {
  thumbhash?: string | null | undefined;
  alt: string;
};

export function Picture({ thumbhash, className, alt, onLoad, ...rest }: PictureProps) {
  const [loaded, setLoaded] = useState(false);
  const blurred = useMemo(() => decodeThumbhash(thumbhash), [thumbhash]);
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
      />
    </>
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
