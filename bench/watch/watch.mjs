// See run.sh. An event is late by the time from sending the request that causes it to its first arrival at each of the
// account's watchers.
import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import { answered } from "../http.mjs";
import { account, post, start } from "./server.mjs";

const [watchers, seconds, perSecond] = [10_000, 30, 20].map((usual, index) => Number(process.argv[2 + index] ?? usual));
/** As many streams as one account may have open. */
const STREAMS = 32;
/** Streams that are opened at a time. */
const OPENED = 50;

const server = await start(process.env.DANQING_BIN ?? "../../target/release/danqing");
const accounts = [];
for (let number = 0; number < Math.ceil(watchers / STREAMS); number += 1) accounts.push(await account(server.url, number));

/** When a task's creation was asked for, and when each stream first heard of it. */
const asked = new Map();
const heard = new Map();
let open = 0;
const before = memoryKib();
for (let number = 0; number < watchers; number += OPENED) {
  const some = Array.from({ length: Math.min(OPENED, watchers - number) }, (_, index) => number + index);
  await Promise.all(some.map((stream) => watch(accounts[stream % accounts.length], stream)));
}
await pause(3_000);
const kibEach = (memoryKib() - before) / watchers;

const others = [];
let turn = 0;
await Promise.all([every(1000 / perSecond, create), every(20, other)]);
await pause(1_000);
const late = [...asked].flatMap(([task, at]) => [...(heard.get(task)?.values() ?? [])].map((time) => time - at));
const expected = [...asked.keys()].length * Math.floor(watchers / accounts.length);
console.log(
  JSON.stringify({
    watchers: open,
    kibEach: round(kibEach),
    tasks: asked.size,
    events: late.length,
    eventP50: round(share(late, 0.5)),
    eventP99: round(share(late, 0.99)),
    others: others.length,
    otherP50: round(share(others, 0.5)),
    otherP99: round(share(others, 0.99)),
    load: round(os.loadavg()[0]),
  }),
);
const complete = open === watchers && late.length >= expected;
server.process.kill("SIGTERM");
await new Promise((resolve) => server.process.once("exit", resolve));
rmSync(server.folder, { recursive: true });
if (!complete) console.error("a stream ended, or did not hear of every task");
process.exit(complete ? 0 : 1);

/** Opens a stream; resolves when it has sent its first state. */
function watch({ headers }, stream) {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    const sent = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /api/events HTTP/1.1\r\nhost: 127.0.0.1\r\n${sent.join("")}\r\n`);
    socket.setEncoding("latin1");
    let unread = "";
    socket.on("data", (piece) => {
      const now = performance.now();
      const lines = (unread + piece).split("\n");
      unread = lines.pop();
      for (const line of lines) {
        if (line === "event: ready") {
          open += 1;
          resolve();
        } else if (line.startsWith("data: ")) {
          hear(line.match(/"id":"(task_[0-9a-z]+)"/)?.[1], stream, now);
        }
      }
    });
    socket.on("close", () => {
      open -= 1;
      reject(new Error(`stream ${stream} was closed; are there two open files for each?`));
    });
    socket.on("error", reject);
  });
}

function hear(task, stream, now) {
  if (!task) return;
  if (!heard.has(task)) heard.set(task, new Map());
  const times = heard.get(task);
  if (!times.has(stream)) times.set(stream, now);
}

/** Starts something again and again, whether what was started before has ended or not. */
async function every(milliseconds, what) {
  const running = [];
  const begin = performance.now();
  for (let number = 0; number * milliseconds < seconds * 1000; number += 1) {
    await pause(begin + number * milliseconds - performance.now());
    running.push(what());
  }
  await Promise.all(running);
}

async function create() {
  const { headers, task } = accounts[turn++ % accounts.length];
  const at = performance.now();
  const created = await answered(post(`${server.url}/api/tasks`, task, headers), 202);
  asked.set((await created.json()).id, at);
}

async function other() {
  const { headers } = accounts[Math.floor(Math.random() * accounts.length)];
  const at = performance.now();
  await (await answered(fetch(`${server.url}/api/credits`, { headers }), 200)).arrayBuffer();
  others.push(performance.now() - at);
}

/** Proportional memory of the server: pages of the program file count once. */
function memoryKib() {
  return Number(readFileSync(`/proc/${server.process.pid}/smaps_rollup`, "utf8").match(/^Pss:\s+(\d+)/m)[1]);
}

function share(values, part) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}

function round(value) {
  return Math.round(value * 10) / 10;
}
