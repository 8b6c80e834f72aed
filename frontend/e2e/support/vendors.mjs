/** The fake vendors as a process of their own: they speak the wire contracts of the paid services. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { BINARY } from "./server.mjs";

const FAKES = process.env.FAKE_VENDORS_BIN ?? join(dirname(BINARY), "fake-vendors");
const START_LIMIT_MS = 15_000;

const running = new Set();
const endAll = () => {
  for (const child of running) child.kill("SIGKILL");
};
process.on("exit", endAll);
after(endAll);

/** Starts them with the key that every vendor accepts; gives the addresses by vendor. They end with the tests. */
export async function startVendors(key = "sk-fake-key-of-the-tests") {
  if (!existsSync(FAKES)) throw new Error(`${FAKES} is missing: build it, or name it in FAKE_VENDORS_BIN`);
  const child = spawn(FAKES, ["--key", key], { stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for await (const line of createInterface({ input: child.stdout, signal: limit })) {
    return { key, ...JSON.parse(line) };
  }
  throw new Error("the fake vendors ended at their start");
}
