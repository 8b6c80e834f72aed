// What is accepted per second when far more ask than can be served, and how soon the rest is refused:
// DANQING_BIN=… node overload.mjs [SECONDS]. Needs wrk, two processors and two open files for each connection. The server has
// the first processor to itself and whoever asks the second: otherwise more connections also mean less time for the server.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { danqing } from './servers.mjs';

const seconds = process.argv[2] ?? '10';
const execute = promisify(execFile);
const binary = path.resolve(process.env.DANQING_BIN ?? '../../target/release/danqing');
const folder = mkdtempSync(path.join(tmpdir(), 'danqing-overload-'));

/** Processors of the server and of who asks. */
const [SERVER, ASKING] = [0, 1];
/** Of the kernel's clock in /proc, on every machine that we know. */
const TICKS_PER_SECOND = 100;

/** Processor time of a process so far, in milliseconds. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Creates over so many connections, each asking again as soon as it is answered. */
async function creates(server, connections) {
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', 'create.lua', '-H', `Cookie: ${server.cookie}`];
  const before = processorTime(server.process.pid);
  const { stdout } = await execute('taskset', ['-c', String(ASKING), 'wrk', ...flags, `${server.url}/api/tasks`, '--', server.body], { cwd: import.meta.dirname });
  const seen = JSON.parse(stdout.match(/FIGURES (.*)/)[1]);
  const spent = processorTime(server.process.pid) - before;
  const perSecond = (count) => Math.round(count / seen.seconds);
  return {
    connections,
    'accepted/s': perSecond(seen.requests - seen.refused),
    'refused/s': perSecond(seen.refused),
    broken: seen.broken + seen.late,
    'processor µs': Math.round((spent * 1000) / seen.requests),
    'p50 ms': seen.p50_ms,
    'p99 ms': seen.p99_ms,
  };
}

/** Each number of connections meets a server of its own: a table that grew would count against those who come later. */
async function measured(name, settings, connections) {
  const rows = [];
  for (const count of connections) {
    const place = path.join(folder, `${name} ${count}`);
    mkdirSync(place);
    const server = await danqing(binary, place, settings, SERVER);
    try {
      rows.push(await creates(server, count));
    } finally {
      server.process.kill();
      await new Promise((resolve) => server.process.once('exit', resolve));
    }
  }
  console.log(`${name}, load ${loadavg()[0].toFixed(2)}`);
  console.table(rows);
  return rows;
}

try {
  const rows = await measured('everything may be accepted', {}, [32, 64, 128, 256, 512, 1024, 2048]);
  const peak = Math.max(...rows.map((row) => row['accepted/s']));
  const least = Math.min(...rows.slice(rows.findIndex((row) => row['accepted/s'] === peak)).map((row) => row['accepted/s']));
  console.log(`beyond the peak at least ${((least / peak) * 100).toFixed(0)} % of the peak is accepted`);
  await measured('the queue is full', { QUEUE_LIMIT: '1' }, [32, 512]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
