/** Collects what must not happen on any page: console errors, uncaught exceptions, refused content. */

/** A visitor who is not logged in is told so by a 401, which the browser writes to the console by itself. */
const EXPECTED = [/status of 401/];

export async function watch(context) {
  const faults = [];
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    const text = `${message.text()} (${message.location().url})`;
    if (!EXPECTED.some((known) => known.test(text))) faults.push(text);
  });
  context.on("weberror", (error) => faults.push(String(error.error().stack)));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violation: ${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  return faults;
}
