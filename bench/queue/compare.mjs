// Runs the rounds in turn and prints the medians with their ratios to ours. See run.sh.
import { execFileSync } from "node:child_process";
import os from "node:os";

const [ours, rounds, ...sizes] = process.argv.slice(2);
const server = process.env.TEST_POSTGRES_URL;
const peers = {
  danqing: [ours, ...sizes],
  "danqing, apart": [ours, ...sizes, "apart"],
  "graphile-worker (tuned)": [process.execPath, "bench/queue/peers/peer.mjs", "graphile", ...sizes],
  "pg-boss": [process.execPath, "bench/queue/peers/peer.mjs", "pg-boss", ...sizes],
};
const psql = (sql) => execFileSync("psql", ["-q", "-d", server, "-c", sql]);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const results = Object.fromEntries(Object.keys(peers).map((peer) => [peer, []]));
for (let round = 0; round < Number(rounds); round++) {
  for (const [peer, [program, ...words]] of Object.entries(peers)) {
    const name = `round_${round}_${peer.replace(/\W+/g, "_")}`;
    psql(`CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const line = execFileSync(program, words, { env: { ...process.env, DATABASE_URL: url.href }, encoding: "utf8" });
    results[peer].push(JSON.parse(line.trim().split("\n").at(-1)));
    console.log(`${peer.padEnd(24)} ${line.trim()}  load ${os.loadavg()[0].toFixed(1)}`);
  }
}
for (const what of ["enqueued_per_s", "ran_per_s"]) {
  const medians = Object.entries(results).map(([peer, rows]) => [peer, median(rows.map((row) => row[what]))]);
  const own = medians[0][1];
  console.log(what, medians.map(([peer, value]) => `${peer} ${value} (${(own / value).toFixed(2)}x)`).join(", "));
}
