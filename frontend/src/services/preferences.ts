/**
 * What this browser remembers between visits. Storage can be full or forbidden (private windows); the
 * page works without it, so failures read as “nothing remembered”.
 */
/** Whether somebody logged in with this browser and has not logged out, and the language of their account. */
export const HERE = "here";

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`danqing.${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`danqing.${key}`);
    else localStorage.setItem(`danqing.${key}`, value);
  } catch {
    // Nothing to do: the choice holds until the page is closed.
  }
}

/** Whether anything is remembered at all, so that nothing remembered means something. */
export function canRemember(): boolean {
  remember("probe", "1");
  const can = recall("probe") !== null;
  remember("probe", null);
  return can;
}
