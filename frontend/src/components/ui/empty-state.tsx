/** What an empty place says: why it is empty and what to do about it. */
import type { ReactNode } from "react";

type EmptyStateProps = { icon?: ReactNode; title: string; body?: string; children?: ReactNode };

export function EmptyState({ icon, title, body, children }: EmptyStateProps) {
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 px-4 py-16 text-center">
      {icon ? <div className="text-soft">{icon}</div> : null}
      <h2 className="text-lg font-semibold">{title}</h2>
      {body ? <p className="text-sm text-soft">{body}</p> : null}
      {children ? <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div> : null}
    </div>
  );
}
