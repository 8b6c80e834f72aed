// Durable creates and status reads per second, ours against a small Node peer, the rounds taken in turn:
// DANQING_BIN=… node compare.mjs [ROUNDS] [SECONDS]. Needs wrk; see ../README.md for how to read what it prints.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { danqing, peer } from './servers.mjs';

const [rounds = '3', seconds = '5'] = process.argv.slice(2);
const CONNECTIONS = '32';
const TICKS_PER_SECOND = 100;
const WARM_UP = '1';
const binary = path.resolve(process.env.DANQING_BIN ?? '../../target/release/danqing');
const execute = promisify(execFile);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Processor seconds that a process has used so far. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function wrk(server, script, address, duration, words = []) {
  const before = cpuSeconds(server.process.pid);
  const flags = ['-t1', `-c${CONNECTIONS}`, `-d${duration}s`, '--timeout', '20s', '-s', script, '-H', `Cookie: ${server.cookie}`];
  const { stdout } = await execute('wrk', [...flags, address, '--', ...words], { cwd: import.meta.dirname });
  const seen = JSON.parse(stdout.match(/FIGURES (.*)/)[1]);
  if (seen.broken + seen.refused + seen.late > 0) throw new Error(`not all requests succeeded at ${address}: ${stdout}`);
  const cpuMs = ((cpuSeconds(server.process.pid) - before) * 1000) / seen.requests;
  return { perSecond: seen.requests / seen.seconds, cpuMs, p50: seen.p50_ms, p99: seen.p99_ms };
}

let keys = 0;
const create = (server, duration, withKeys) =>
  wrk(server, 'create.lua', `${server.url}/api/tasks`, duration, [server.body, withKeys ? `bench-${(keys += 1)}` : '']);
const status = (server, duration) => wrk(server, 'status.lua', `${server.url}/api/tasks/${server.task}`, duration);

const folder = mkdtempSync(path.join(tmpdir(), 'danqing-bench-'));
const place = (name) => {
  mkdirSync(path.join(folder, name));
  return path.join(folder, name);
};
const servers = [];
try {
  const ours = await danqing(binary, place('ours'));
  servers.push(ours);
  const apart = await peer('apart', place('apart'));
  servers.push(apart);
  const together = await peer('together', place('together'));
  servers.push(together);
  const measures = {
    'create: danqing': (duration) => create(ours, duration, false),
    'create: danqing, with Idempotency-Key': (duration) => create(ours, duration, true),
    'create: peer': (duration) => create(apart, duration, false),
    'create: peer, one transaction': (duration) => create(together, duration, false),
    'status: danqing': (duration) => status(ours, duration),
    'status: peer': (duration) => status(apart, duration),
  };
  const seen = Object.fromEntries(Object.keys(measures).map((name) => [name, []]));
  for (const measure of Object.values(measures)) await measure(WARM_UP);
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const [name, measure] of Object.entries(measures)) seen[name].push(await measure(seconds));
  }
  report(seen);
} finally {
  for (const server of servers) server.process.kill();
  rmSync(folder, { recursive: true, force: true });
}

function report(seen) {
  const of = (name, field) => median(seen[name].map((figures) => figures[field]));
  const rows = Object.keys(seen).map((name) => [
    name,
    {
      'per second': Math.round(of(name, 'perSecond')),
      'CPU ms': Number(of(name, 'cpuMs').toFixed(4)),
      'p50 ms': Number(of(name, 'p50').toFixed(2)),
      'p99 ms': Number(of(name, 'p99').toFixed(2)),
    },
  ]);
  console.log(`${new Date().toISOString()}, ${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(2)}`);
  console.table(Object.fromEntries(rows));
  const ratio = (mine, theirs) => (of(mine, 'perSecond') / of(theirs, 'perSecond')).toFixed(1);
  console.log(`creates: ${ratio('create: danqing', 'create: peer')} × the peer, ${ratio('create: danqing', 'create: peer, one transaction')} × it with one transaction`);
  console.log(`status: ${ratio('status: danqing', 'status: peer')} × the peer`);
}
