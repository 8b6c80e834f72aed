// Starts what is compared, each with one account, one picture and one task to look at.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { answered, freePort } from '../http.mjs';

const here = import.meta.dirname;
const PHOTO = path.join(here, '../../crates/imaging/tests/photos/rocket.jpg');
const PASSWORD = 'a password for measuring';
/** Tasks that the account may pay for; more than any run creates. */
const CREDITS = '1000000000';

/** @typedef {{ url: string, cookie: string, body: string, task: string, process: import('node:child_process').ChildProcess }} Server */

/**
 * Our binary, answering requests only: no worker takes time from what is measured. With `core` it stays on that processor.
 * @returns {Promise<Server>}
 */
export async function danqing(binary, folder, more = {}, core = null) {
  const secret = () => randomBytes(32).toString('base64');
  const settings = { PORT: String(await freePort()), DATA_DIR: folder, QUEUE_LIMIT: '10000000', LOG_LEVEL: 'warn', TRUSTED_PROXIES: '127.0.0.1', ...more };
  const secrets = { JWT_SECRET: secret(), ENCRYPTION_KEY: secret(), WEBHOOK_SECRET: secret() };
  const options = { cwd: folder, env: { PATH: process.env.PATH, ...settings, ...secrets } };
  const run = (...words) => execFileSync(binary, words, options);
  run('user', 'create', 'bench@example.com', '--password', PASSWORD, '--owner');
  run('credits', 'grant', 'bench@example.com', CREDITS);
  run('config', 'set', 'max_tasks_per_day', '0');
  run('config', 'set', 'max_tasks_per_user', '0');
  const serve = [binary, 'serve', '--role', 'api'];
  const [command, ...words] = core === null ? serve : ['taskset', '-c', String(core), ...serve];
  const server = spawn(command, words, { ...options, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${settings.PORT}`;
  await answers(`${url}/healthz`);
  const cookie = await logIn(url);
  return filled({ url, cookie, process: server }, await upload(url, cookie));
}

/** The peer; `steps` is "together" or "apart". @returns {Promise<Server>} */
export async function peer(steps, folder) {
  const env = { ...process.env, STEPS: steps, DATABASE: path.join(folder, 'peer.sqlite') };
  const server = spawn('node', [path.join(here, 'peer-node/server.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise((resolve) => createInterface(server.stdout).once('line', resolve));
  const { port, token, file } = JSON.parse(line);
  return filled({ url: `http://127.0.0.1:${port}`, cookie: `danqing_session=${token}`, process: server }, file);
}

async function filled(server, file) {
  const body = JSON.stringify({ taskType: 'remove_background', inputFiles: [file], parameters: { background: 'transparent' } });
  const headers = { cookie: server.cookie, 'content-type': 'application/json' };
  const created = await answered(fetch(`${server.url}/api/tasks`, { method: 'POST', headers, body }), 202);
  return { ...server, body, task: (await created.json()).id };
}

async function logIn(url) {
  const body = JSON.stringify({ email: 'bench@example.com', password: PASSWORD });
  const headers = { 'content-type': 'application/json' };
  const response = await answered(fetch(`${url}/api/auth/login`, { method: 'POST', headers, body }), 200);
  const session = response.headers.getSetCookie().find((cookie) => cookie.startsWith('danqing_session='));
  return session.split(';')[0];
}

async function upload(url, cookie) {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(PHOTO)]), 'rocket.jpg');
  const response = await answered(fetch(`${url}/api/uploads`, { method: 'POST', headers: { cookie }, body: form }), 201);
  return (await response.json()).files[0].id;
}

async function answers(url) {
  for (let tries = 0; tries < 500; tries += 1) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${url} does not answer`);
}
