/**
 * The real binary on a data folder of its own. Stopping, killing and starting again on the same port are part of
 * the tests; whatever a test leaves running ends with its process.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const BINARY = process.env.DANQING_BIN ?? join(targetFolder(), "debug/danqing");
const START_LIMIT_MS = 30_000;

const running = new Set();
const folders = new Set();
process.on("exit", endAll);
// A failed test leaves its server behind, and a running child would keep this process alive.
after(endAll);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

function endAll() {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** Ends a process with the tests, if they do not end it themselves. */
export function endWithTests(child) {
  running.add(child);
  return once(child, "exit").finally(() => running.delete(child));
}

/** Another program of the build that the server is of. */
export function besideServer(name) {
  return join(dirname(BINARY), name);
}

/** An empty folder that is removed at the end. */
export function emptyFolder() {
  const folder = mkdtempSync(join(tmpdir(), "danqing-e2e-"));
  folders.add(folder);
  return folder;
}

/** Starts on a free port, or on `port` again; `folder` is both the working and the data folder's home. */
export async function startServer({ folder = emptyFolder(), port = 0, env = {} } = {}) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: build it, or name it in DANQING_BIN`);
  const child = spawn(BINARY, ["serve", "--port", String(port)], {
    cwd: folder,
    env: { ...ownEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = endWithTests(child);
  const greeting = await readGreeting(child, ended);
  const stop = async (signal) => {
    child.kill(signal);
    await ended;
  };
  return {
    ...greeting,
    folder,
    kill: () => stop("SIGKILL"),
    stop: () => stop("SIGTERM"),
  };
}

/** The address, and before the owner exists the token of the set-up link, as printed for the operator. */
async function readGreeting(child, ended) {
  const said = [];
  const hear = (line) => {
    said.push(line);
    if (said.length > 200) said.shift();
  };
  createInterface({ input: child.stderr }).on("line", hear);
  const lines = createInterface({ input: child.stdout }).on("line", hear);
  const heard = (pattern) =>
    new Promise((resolve) => {
      lines.on("line", (line) => pattern.test(line) && resolve(pattern.exec(line)));
    });
  const [address, setupLink] = [heard(/(?:端口|port) (\d+)/), heard(/\S+\/setup\?token=(\S+)/)];
  const greeting = address.then(async ([, port]) => {
    const url = `http://localhost:${port}`;
    const app = await (await fetch(`${url}/api/app`)).json();
    const [link, token] = app.setupRequired ? await setupLink : [null, null];
    return { port: Number(port), url, link, token };
  });
  const failure = (why) => new Error(`${why}:\n${said.join("\n")}`);
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(failure("the server gave no greeting in time")), START_LIMIT_MS);
  });
  const gone = ended.then(() => Promise.reject(failure("the server ended at its start")));
  gone.catch(() => {});
  return Promise.race([greeting, late, gone]).finally(() => clearTimeout(timer));
}

/** Only what a program needs to run: a developer's own settings must not reach the server under test. */
function ownEnvironment() {
  const names = ["PATH", "HOME", "TMPDIR", "DANQING_TEST_RUN"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function targetFolder() {
  return process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
}
