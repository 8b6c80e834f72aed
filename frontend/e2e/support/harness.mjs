/** One server and one browser for a file of tests that do not disturb each other. */
import { after, before } from "node:test";
import { logInAs, OWNER, register, setUpOwner } from "./accounts.mjs";
import { openBrowser, visit } from "./browser.mjs";
import { startServer } from "./server.mjs";

/**
 * Gives `enter(looks)`: a visitor who is the owner; `env` are settings of the server, or what makes them before it
 * starts.
 */
export function studioForTests({ env = {} } = {}) {
  const studio = { server: null, browser: null };
  let ready = false;
  before(async () => {
    const settings = typeof env === "function" ? await env() : env;
    studio.server = await startServer({ env: settings, port: Number(settings.PORT ?? 0) });
    studio.browser = await openBrowser();
  });
  after(() => studio.browser?.close());
  studio.visit = (looks) => visit(studio.browser, studio.server, looks);
  studio.enter = async (looks) => {
    const visitor = await studio.visit(looks);
    if (ready) await logInAs(visitor, OWNER);
    else await setUpOwner(visitor, studio.server);
    ready = true;
    return visitor;
  };
  let people = 0;
  /** Somebody new, logged in. */
  studio.newcomer = async (looks) => {
    if (!ready) await (await studio.enter()).context.close();
    const visitor = await studio.visit(looks);
    people += 1;
    await register(visitor, `newcomer-${people}@example.com`);
    return visitor;
  };
  return studio;
}
