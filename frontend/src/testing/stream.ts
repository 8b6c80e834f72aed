/** Keeps the live stream silent, for tests of anything else: it has tests of its own. */
import { vi } from "vitest";

export function silenceStream() {
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      postMessage() {}
      close() {}
    },
  );
}
