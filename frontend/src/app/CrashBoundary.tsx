/**
 * Keeps the frame standing when a page cannot be drawn: its code did not arrive (no network, or the server
 * was updated meanwhile), or it failed. Loading anew mends both most of the time.
 */
import { Component, type ReactNode } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { ApiError } from "@/services/errors";

/** Every browser has its own sentence for a module that did not load; the word is in all of them. */
const NOT_LOADED = /module/i;

export class CrashBoundary extends Component<{ children: ReactNode }, { reason: unknown }> {
  override state = { reason: null };

  static getDerivedStateFromError(reason: unknown) {
    return { reason };
  }

  override render() {
    const { reason } = this.state as { reason: unknown };
    if (reason === null) return this.props.children;
    const missing = reason instanceof TypeError && NOT_LOADED.test(reason.message);
    return (
      <div className="mx-auto max-w-2xl p-4 lg:p-8">
        <ErrorMessage error={new ApiError(missing ? "network" : "internal", 0)} onRetry={reload} />
      </div>
    );
  }
}

function reload() {
  location.reload();
}
