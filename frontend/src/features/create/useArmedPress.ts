/**
 * Pressing before the uploads are done arms the press: it goes off by itself when they are, and a second
 * press takes it back. Ctrl or ⌘ with Enter presses from anywhere on the page.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { useShortcut } from "@/hooks/useShortcut";

type ArmedPressOptions = { ready: boolean; uploading: boolean; failed: boolean; press: () => void };

export function useArmedPress({ ready, uploading, failed, press: pressNow }: ArmedPressOptions) {
  const [armed, setArmed] = useState(false);
  const latest = useRef({ ready, uploading, failed, pressNow });
  latest.current = { ready, uploading, failed, pressNow };

  const press = useCallback(() => {
    const now = latest.current;
    if (now.uploading) setArmed((before) => !before);
    else if (now.ready) now.pressNow();
  }, []);

  useEffect(() => {
    if (!armed || uploading) return;
    setArmed(false);
    // A failed upload needs a look first: without it the press would mean something else.
    if (latest.current.ready && !latest.current.failed) latest.current.pressNow();
  }, [armed, uploading]);

  useShortcut("press", press);
  return { armed, press };
}
