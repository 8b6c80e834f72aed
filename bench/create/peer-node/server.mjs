// A peer to measure against: the task flow of an ordinary app template (Express, signed tokens, one SQLite file) and
// nothing else. It keeps every write durable (WAL with synchronous=FULL) and does its steps one after another, each
// in a commit of its own. STEPS=together puts them into one transaction: the same stack at its best.
// Environment: PORT, DATABASE, STEPS. Prints {port, token, file} when it listens.
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import express from 'express';
import jwt from 'jsonwebtoken';

const SECRET = randomUUID() + randomUUID();
const COOKIE = 'danqing_session=';
const PRICE = 1;
const TASK_TYPES = new Set(['remove_background', 'upscale', 'style_transfer']);

const db = new Database(process.env.DATABASE);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('foreign_keys = ON');
db.exec(`
  CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT UNIQUE NOT NULL);
  CREATE TABLE user_credits (user_id TEXT PRIMARY KEY REFERENCES users (id), credits INTEGER NOT NULL, total_spent INTEGER NOT NULL);
  CREATE TABLE files (id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), name TEXT NOT NULL);
  CREATE TABLE ai_tasks (
    id TEXT PRIMARY KEY, task_no TEXT UNIQUE NOT NULL, user_id TEXT NOT NULL REFERENCES users (id), task_type TEXT NOT NULL,
    status TEXT NOT NULL, ai_provider TEXT NOT NULL, ai_task_id TEXT, input_files TEXT NOT NULL, input_parameters TEXT NOT NULL,
    result_urls TEXT, error_message TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
  CREATE INDEX ai_tasks_user ON ai_tasks (user_id);
  CREATE INDEX ai_tasks_status ON ai_tasks (status);
  CREATE INDEX ai_tasks_created ON ai_tasks (created_at);
  CREATE INDEX ai_tasks_type ON ai_tasks (task_type);
  CREATE TABLE credit_transactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT NOT NULL REFERENCES users (id), task_id TEXT REFERENCES ai_tasks (id),
    transaction_type TEXT NOT NULL, amount INTEGER NOT NULL, balance_before INTEGER NOT NULL, balance_after INTEGER NOT NULL,
    description TEXT, created_at TEXT NOT NULL);
  CREATE INDEX credit_transactions_user ON credit_transactions (user_id);
  CREATE INDEX credit_transactions_created ON credit_transactions (created_at);
  INSERT INTO users VALUES ('user_1', 'bench@example.com');
  INSERT INTO user_credits VALUES ('user_1', 1000000000000, 0);
  INSERT INTO files VALUES ('file_1', 'user_1', 'rocket.jpg');
`);

const fileOf = db.prepare('SELECT id FROM files WHERE id = ? AND user_id = ?');
const balanceOf = db.prepare('SELECT credits FROM user_credits WHERE user_id = ?');
const debit = db.prepare('UPDATE user_credits SET credits = credits - ?, total_spent = total_spent + ? WHERE user_id = ? AND credits >= ?');
const book = db.prepare(`INSERT INTO credit_transactions
  (user_id, transaction_type, amount, balance_before, balance_after, description, created_at) VALUES (?, 'spend', ?, ?, ?, ?, ?)`);
const insertTask = db.prepare(`INSERT INTO ai_tasks
  (id, task_no, user_id, task_type, status, ai_provider, input_files, input_parameters, created_at, updated_at)
  VALUES (?, ?, ?, ?, 'pending', 'embedded', ?, ?, ?, ?)`);
const hand = db.prepare(`UPDATE ai_tasks SET status = 'processing', ai_task_id = ?, updated_at = ? WHERE id = ?`);
const taskOf = db.prepare('SELECT * FROM ai_tasks WHERE id = ? AND user_id = ?');

// Balance and ledger agree in every variant: no app can do with less.
const take = db.transaction((userId, now) => {
  const before = balanceOf.get(userId).credits;
  if (debit.run(PRICE, PRICE, userId, PRICE).changes !== 1) return false;
  book.run(userId, -PRICE, before, before - PRICE, 'task', now);
  return true;
});

function create(userId, { taskType, inputFiles, parameters }) {
  const now = new Date().toISOString();
  const task = { id: `task_${randomUUID()}`, number: `${now.slice(0, 10)}-${randomUUID()}` };
  if (!take(userId, now)) return null;
  insertTask.run(task.id, task.number, userId, taskType, JSON.stringify(inputFiles), JSON.stringify(parameters), now, now);
  hand.run(randomUUID(), now, task.id);
  return taskOf.get(task.id, userId);
}
const accept = process.env.STEPS === 'together' ? db.transaction(create) : create;

const app = express();
app.disable('x-powered-by');
app.use(express.json());

function caller(request, response, next) {
  const token = (request.headers.cookie ?? '').split('; ').find((pair) => pair.startsWith(COOKIE));
  try {
    request.userId = jwt.verify(token?.slice(COOKIE.length) ?? '', SECRET).sub;
    next();
  } catch {
    response.status(401).json({ error: 'unauthenticated' });
  }
}

function shown(row) {
  return {
    id: row.id,
    taskNo: row.task_no,
    userId: row.user_id,
    taskType: row.task_type,
    status: row.status,
    provider: row.ai_provider,
    inputFiles: JSON.parse(row.input_files),
    parameters: JSON.parse(row.input_parameters),
    resultUrls: JSON.parse(row.result_urls ?? '[]'),
    error: row.error_message,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

app.post('/api/tasks', caller, (request, response) => {
  const { taskType, inputFiles, parameters = {} } = request.body ?? {};
  if (!TASK_TYPES.has(taskType) || !Array.isArray(inputFiles) || inputFiles.length !== 1) {
    return response.status(400).json({ error: 'invalid_request' });
  }
  if (!inputFiles.every((id) => fileOf.get(id, request.userId))) return response.status(400).json({ error: 'file_not_ready' });
  const row = accept(request.userId, { taskType, inputFiles, parameters });
  if (!row) return response.status(402).json({ error: 'insufficient_credits' });
  return response.status(202).location(`/api/tasks/${row.id}`).json(shown(row));
});

app.get('/api/tasks/:id', caller, (request, response) => {
  const row = taskOf.get(request.params.id, request.userId);
  return row ? response.json(shown(row)) : response.status(404).json({ error: 'not_found' });
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const token = jwt.sign({ sub: 'user_1' }, SECRET, { expiresIn: '1h' });
  console.log(JSON.stringify({ port: server.address().port, token, file: 'file_1' }));
});
