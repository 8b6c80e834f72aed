/** What an empty place says: why it is empty and what to do about it. */
import type { ReactNode } from "react";

type EmptyStateProps = {
  icon?: ReactNode;
  title: string;
  body?: string;
  /** The whole page is this message, so it is the page's heading. */
  page?: boolean;
  children?: ReactNode;
};

export function EmptyState({ icon, title, body, page = false, children }: EmptyStateProps) {
  const Heading = page ? "h1" : "h2";
  return (
    <div className="mx-auto grid max-w-md justify-items-center gap-3 px-4 py-16 text-center">
      {icon ? <div className="text-soft">{icon}</div> : null}
      <Heading className="text-lg font-semibold">{title}</Heading>
      {body ? <p className="text-sm text-soft">{body}</p> : null}
      {children ? <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div> : null}
    </div>
  );
}
