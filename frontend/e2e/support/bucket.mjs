/** The bucket of the tests: the program `fake-bucket`, which verifies signatures, types and lengths. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { besideServer, endWithTests } from "./server.mjs";

/** Starts one, with a rule for pages of `origin` or none; gives the settings of a server for it. */
export async function startBucket({ origin } = {}) {
  const rule = origin ? ["--origin", origin] : [];
  const child = spawn(besideServer("fake-bucket"), rule, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = endWithTests(child);
  const gone = ended.then(() => Promise.reject(new Error("fake-bucket ended at its start")));
  gone.catch(() => {});
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), gone]);
  return JSON.parse(line);
}

/** A port that is free now: the rule of a bucket names the studio before it runs. */
export async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}
