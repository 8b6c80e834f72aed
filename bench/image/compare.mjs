// Alternates sharp and our own program and compares their medians: node compare.mjs PROGRAM FILE [ROUNDS] [SECONDS].
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

const [program, file, rounds = '5', seconds = '4'] = process.argv.slice(2);
const run = (command, args) => JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
const peers = {
  danqing: () => run(program, ['thumbnail', file, seconds]),
  sharp: () => run('node', ['sharp.mjs', file, seconds]),
  'danqing, whole upload': () => run(program, ['ingest', file, seconds]),
};
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const seen = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [name, measure] of Object.entries(peers)) seen[name].push(measure());
}

const figures = {};
for (const [name, lines] of Object.entries(seen)) {
  const of = (field) => median(lines.map((line) => line[field]));
  figures[name] = {
    'CPU ms': of('cpu_ms'),
    'median ms': of('p50_ms'),
    'peak MiB': of('max_rss_mib'),
    'thumbnail bytes': of('thumbnail_bytes'),
  };
}
console.log(`${new Date().toISOString()}, ${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(2)}`);
console.table(figures);
const ratio = (field) => (figures.danqing[field] / figures.sharp[field]).toFixed(2);
console.log(`CPU: ${ratio('CPU ms')} of sharp's (goal 0.85); memory: ${ratio('peak MiB')} of sharp's (goal 0.33)`);
