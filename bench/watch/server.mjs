// Starts our server with accounts for the watchers.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { answered, freePort } from "../http.mjs";

const PHOTO = path.join(import.meta.dirname, "../../crates/imaging/tests/photos/rocket.jpg");

/** The server, answering requests only: tasks wait, so that every event comes from a request of ours. */
export async function start(binary) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "danqing-watch-"));
  const port = await freePort();
  const settings = {
    PORT: String(port),
    DATA_DIR: folder,
    LOG_LEVEL: "warn",
    QUEUE_LIMIT: "10000000",
    NEW_USER_CREDITS: "1000000",
    MAX_TASKS_PER_DAY: "0",
    MAX_TASKS_PER_USER: "0",
    // We speak for thousands, as a proxy does.
    TRUSTED_PROXIES: "127.0.0.1",
  };
  const options = { cwd: folder, env: { PATH: process.env.PATH, ...settings }, stdio: ["ignore", "pipe", "inherit"] };
  const server = spawn(binary, ["serve"], options);
  const link = await new Promise((resolve) => {
    let said = "";
    server.stdout.on("data", (data) => {
      said += data;
      const found = said.match(/\/setup\?token=(\S+)/);
      if (found) resolve(found[1]);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  await answered(post(`${url}/api/auth/setup`, { token: link, email: "owner@example.com", password: "a password for measuring" }), 201);
  return { url, port, folder, process: server };
}

/** An account with a picture to work on. */
export async function account(url, number) {
  const address = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
  const body = { email: `watcher${number}@example.com`, password: "a password for measuring" };
  const registered = await answered(post(`${url}/api/auth/register`, body, { "x-forwarded-for": address }), 201);
  const session = registered.headers.getSetCookie().find((cookie) => cookie.startsWith("danqing_session="));
  const headers = { cookie: session.split(";")[0], "x-forwarded-for": address };
  const form = new FormData();
  form.append("file", new Blob([readFileSync(PHOTO)]), "rocket.jpg");
  const uploaded = await answered(fetch(`${url}/api/uploads`, { method: "POST", headers, body: form }), 201);
  const task = { taskType: "upscale", inputFiles: [(await uploaded.json()).files[0].id], parameters: { scale: 2 } };
  return { headers, task };
}

export function post(url, body, headers = {}) {
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
}
