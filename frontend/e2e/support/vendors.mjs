/** The AI vendors of the tests: the program `fake-vendors`, which breaks in the way that a word in the prompt says. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { besideServer, endWithTests } from "./server.mjs";

/** Long enough to be found wherever it should not be. */
const KEY = "sk-thekeyoftheoperatorthatnobodysees";

/** What vendors say in their own words, and what a page says when it does not know what to say. */
const RAW = [
  KEY,
  "ncorrect API key",
  "safety system",
  "safety_violations",
  "had an error while",
  "not ready yet",
  "127.0.0.1",
  "undefined",
  "NaN",
  "[object",
  "{{",
];

/** Starts them on free ports. `settings(…)` are those of a server with accounts at some of them. */
export async function startVendors() {
  const child = spawn(besideServer("fake-vendors"), ["--key", KEY], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = endWithTests(child);
  const gone = ended.then(() => Promise.reject(new Error("fake-vendors ended at its start")));
  gone.catch(() => {});
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), gone]);
  const { control, vendors } = JSON.parse(line);
  const look = async (path) => (await fetch(`${control}/control/${path}`)).json();
  return {
    /** The key that all of them take, and where they are. */
    key: KEY,
    addresses: vendors,
    settings: (...names) =>
      Object.fromEntries(
        names.flatMap((name) => [
          [`${name.toUpperCase()}_API_KEY`, KEY],
          [`${name.toUpperCase()}_BASE_URL`, vendors[name]],
        ]),
      ),
    /** What a vendor was asked for and would charge for. */
    paid: async (vendor) =>
      (await look(`requests?vendor=${vendor}`)).filter(({ method }) => method === "POST"),
    /** Lets every request to a vendor fail in this way from now on; no words end it. */
    inject: async (vendor, words) => {
      const body = JSON.stringify({ vendor, words });
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(`${control}/control/faults`, { method: "POST", headers, body });
      assert.equal(answer.status, 204);
    },
    /** No contract was broken, and nothing was reached that may not be. */
    verify: async () => {
      assert.deepEqual(await look("violations"), []);
      assert.equal((await look("forbidden")).connections, 0);
    },
  };
}

/** The page tells nothing in a vendor's words, and has words for everything. */
export async function saysNothingRaw({ page }) {
  const text = await page.locator("#root").textContent();
  const found = RAW.filter((raw) => text.includes(raw));
  assert.deepEqual(found, [], text);
}
