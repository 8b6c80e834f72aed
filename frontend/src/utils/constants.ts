/** Figures the page keeps to, each with its reason. Limits of uploads come from the server instead. */

/** The batch poll's rhythm, the template's rule. */
export const POLL_INTERVAL_MS = 2000;
/** After errors polling slows down to this, and never stops. */
export const POLL_INTERVAL_MAX_MS = 15_000;
/** How many task ids one status request may name (the server's bound). */
export const STATUS_BATCH = 100;
/** A stream silent for longer is dead: the server beats every 15 s, so two beats were missed. */
export const STREAM_SILENCE_MS = 40_000;
/** Waits between attempts to open the stream again, with jitter on top. */
export const RECONNECT_MIN_MS = 500;
export const RECONNECT_MAX_MS = 15_000;
/** A stream that is away for a shorter time is not worth a banner or a poll. */
export const LINK_GRACE_MS = 3000;
/** Between two messages about one task to a screen reader. */
export const ANNOUNCE_GAP_MS = 5000;
/** Typing pauses this long before the server is asked for a price. */
export const QUOTE_DEBOUNCE_MS = 250;
export const QUOTE_FRESH_MS = 60_000;
/** Two uploads at once keep a phone's line busy without starving the rest of the page. */
export const PARALLEL_UPLOADS = 2;
/** A bucket that takes no byte for so long is not reached from here; a slow line may rest while its buffers empty. */
export const STRAIGHT_PATIENCE = { first: 10_000, next: 60_000 };
/** Between the starts of two downloads. */
export const SAVE_GAP_MS = 300;
/** Links to pictures live for a quarter of an hour at least; a page left open asks for new ones before. */
export const LINK_REFRESH_MS = 10 * 60_000;
/** Cards under the create form; older ones are in the history. */
export const RECENT_TASKS = 12;
export const HISTORY_PAGE = 24;
export const LEDGER_PAGE = 20;
/** Work that takes longer than a glance: said before the press. */
export const LONG_WAIT_SECONDS = 120;
/** Who runs what is built into the server itself. */
export const EMBEDDED = "embedded";
/** FileUpload's own defaults, the template's; the page overrides them with the server's limits. */
export const DEFAULT_MAX_FILE_MB = 10;
export const DEFAULT_MAX_FILES = 1;
export const BYTES_PER_MB = 1024 * 1024;

/** Payments on one page of their list. */
export const PAYMENTS_PAGE = 10;
/** How often a payment that is not decided is asked about. */
export const PAYMENT_POLL_MS = 2000;
