// What a create and a status read cost with PostgreSQL: requests per second, and processor time of our process and of
// PostgreSQL for each. Several binaries (NAME=PATH …) are measured in turn, each with a database of its own.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { danqing } from './servers.mjs';

const [rounds, seconds, ...binaries] = process.argv.slice(2);
const CONNECTIONS = '32';
const TICKS_PER_SECOND = 100;
const WARM_UP = '2';
const address = process.env.TEST_POSTGRES_URL;
const postmaster = Number(readFileSync(path.join(process.env.POSTGRES_DATA, 'postmaster.pid'), 'utf8').split('\n')[0]);
const execute = promisify(execFile);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const psql = (url, sql) => execFileSync('psql', ['-q', '-X', '-A', '-t', '-d', url, '-c', sql], { encoding: 'utf8' });

function stat(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
  return { parent: fields[1], own: fields[11] + fields[12], ended: fields[13] + fields[14] };
}

/** Processor seconds of a process. */
const ofProcess = (pid) => stat(pid).own / TICKS_PER_SECOND;

/** Processor seconds of PostgreSQL: its first process, those that live below it and those that have ended. */
function ofPostgres() {
  const first = stat(postmaster);
  let ticks = first.own + first.ended;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const seen = stat(pid);
      if (seen.parent === postmaster) ticks += seen.own;
    } catch {
      // It ended meanwhile.
    }
  }
  return ticks / TICKS_PER_SECOND;
}

async function wrk(server, script, target, duration, words = []) {
  const before = [ofProcess(server.process.pid), ofPostgres()];
  const flags = ['-t1', `-c${CONNECTIONS}`, `-d${duration}s`, '--timeout', '20s', '-s', script, '-H', `Cookie: ${server.cookie}`];
  const { stdout } = await execute('wrk', [...flags, target, '--', ...words], { cwd: import.meta.dirname });
  const seen = JSON.parse(stdout.match(/FIGURES (.*)/)[1]);
  if (seen.broken + seen.refused + seen.late > 0) throw new Error(`not all requests succeeded at ${target}: ${stdout}`);
  const [ours, theirs] = [ofProcess(server.process.pid) - before[0], ofPostgres() - before[1]];
  const each = (used) => (used * 1000) / seen.requests;
  return { perSecond: seen.requests / seen.seconds, oursMs: each(ours), postgresMs: each(theirs), p50: seen.p50_ms, p99: seen.p99_ms };
}

let keys = 0;
const MEASURES = {
  create: (server, duration) => wrk(server, 'create.lua', `${server.url}/api/tasks`, duration, [server.body, '']),
  'create with key': (server, duration) =>
    wrk(server, 'create.lua', `${server.url}/api/tasks`, duration, [server.body, `bench-${(keys += 1)}`]),
  status: (server, duration) => wrk(server, 'status.lua', `${server.url}/api/tasks/${server.task}`, duration),
};

const folder = mkdtempSync(path.join(tmpdir(), 'danqing-bench-'));
const servers = new Map();
try {
  for (const named of binaries) {
    const [name, binary] = named.split('=');
    psql(address, `CREATE DATABASE bench_${name}`);
    const url = new URL(address);
    url.pathname = `/bench_${name}`;
    const place = mkdtempSync(path.join(folder, 'data-'));
    servers.set(name, await danqing(path.resolve(binary), place, { DATABASE_URL: url.href, ...settings() }));
  }
  const seen = {};
  for (const server of servers.values()) for (const measure of Object.values(MEASURES)) await measure(server, WARM_UP);
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const [what, measure] of Object.entries(MEASURES)) {
      for (const [name, server] of servers) (seen[`${what}: ${name}`] ??= []).push(await measure(server, seconds));
    }
  }
  report(seen);
} finally {
  for (const server of servers.values()) server.process.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** Settings for our process, for instance `{"DATABASE_POOL_SIZE":"4"}`. */
function settings() {
  return JSON.parse(process.env.BENCH_SETTINGS ?? '{}');
}

function report(seen) {
  const of = (rows, field, digits) => Number(median(rows.map((row) => row[field])).toFixed(digits));
  const rows = Object.entries(seen).map(([name, figures]) => [
    name,
    {
      'per second': of(figures, 'perSecond', 0),
      'ours ms': of(figures, 'oursMs', 3),
      'PostgreSQL ms': of(figures, 'postgresMs', 3),
      'p50 ms': of(figures, 'p50', 1),
      'p99 ms': of(figures, 'p99', 1),
    },
  ]);
  console.log(`${new Date().toISOString()}, ${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(2)}`);
  console.table(Object.fromEntries(rows));
}
