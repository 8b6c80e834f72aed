/** Asks before the page is closed while pictures or a press are still on their way: only those would be lost. */
import { useEffect } from "react";
import { getPresses } from "@/services/presses";
import { workbenchUploads } from "@/services/workbench";

export function useLeaveGuard() {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      const uploading = workbenchUploads
        .getItems()
        .some(({ status }) => status === "waiting" || status === "uploading");
      if (uploading || getPresses().some(({ state }) => state === "sending")) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
}
