/** One server and one browser for a file of tests that do not disturb each other. */
import { after, before } from "node:test";
import { logInAs, OWNER, setUpOwner } from "./accounts.mjs";
import { openBrowser, visit } from "./browser.mjs";
import { startServer } from "./server.mjs";

/** Gives `enter(looks)`: a visitor who is the owner; `env` are settings of the server. */
export function studioForTests({ env = {} } = {}) {
  const studio = { server: null, browser: null };
  let ready = false;
  before(async () => {
    studio.server = await startServer({ env });
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
  return studio;
}
