// The same thumbnail by sharp (libvips): node sharp.mjs FILE SECONDS prints one line of JSON.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

const [file, seconds] = process.argv.slice(2);
const photo = readFileSync(file);
// One thread and no cache: each round is the whole work, as in a server that is busy with other pictures.
sharp.cache(false);
sharp.concurrency(1);

const thumbnail = () =>
  sharp(photo).autoOrient().resize(512, 512, { fit: 'inside' }).webp({ quality: 80 }).toBuffer();

const { length: thumbnailBytes } = await thumbnail();
const times = [];
const start = performance.now();
const cpuStart = process.cpuUsage();
while (performance.now() - start < Number(seconds) * 1000) {
  const before = performance.now();
  await thumbnail();
  times.push(performance.now() - before);
}
const cpu = process.cpuUsage(cpuStart);
times.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    peer: 'sharp',
    job: 'thumbnail',
    runs: times.length,
    p50_ms: Number(times[times.length >> 1].toFixed(2)),
    cpu_ms: Number(((cpu.user + cpu.system) / 1000 / times.length).toFixed(2)),
    thumbnail_bytes: thumbnailBytes,
    max_rss_mib: Number((process.resourceUsage().maxRSS / 1024).toFixed(1)),
  }),
);
