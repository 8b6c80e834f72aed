-- Times are Unix milliseconds. Texts named JSON hold JSON. The columns of the original five tables keep their names.

CREATE TABLE users (
  id TEXT PRIMARY KEY NOT NULL,
  email TEXT NOT NULL,
  email_verified_at BIGINT,
  username TEXT,
  username_folded TEXT,
  password_hash TEXT NOT NULL,
  avatar_url TEXT,
  role TEXT NOT NULL CHECK (role IN ('owner', 'user')),
  locale TEXT,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CONSTRAINT users_email_key UNIQUE (email),
  CONSTRAINT users_username_folded_key UNIQUE (username_folded)
);
-- Set-up makes one owner; two racing set-ups meet here.
CREATE UNIQUE INDEX users_role_idx ON users (role) WHERE role = 'owner';

CREATE TABLE user_credits (
  user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id),
  credits BIGINT NOT NULL DEFAULT 0 CHECK (credits >= 0),
  total_earned BIGINT NOT NULL DEFAULT 0,
  total_spent BIGINT NOT NULL DEFAULT 0,
  last_seq BIGINT NOT NULL DEFAULT 0,
  tasks_day INTEGER NOT NULL DEFAULT 0,
  tasks_today INTEGER NOT NULL DEFAULT 0,
  unfinished_tasks INTEGER NOT NULL DEFAULT 0 CHECK (unfinished_tasks >= 0),
  storage_bytes BIGINT NOT NULL DEFAULT 0 CHECK (storage_bytes >= 0),
  debt BIGINT NOT NULL DEFAULT 0 CHECK (debt >= 0 AND (debt = 0 OR credits = 0)),
  updated_at BIGINT NOT NULL
);

CREATE TABLE ai_tasks (
  id TEXT PRIMARY KEY NOT NULL,
  task_no TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  task_type TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  stage TEXT NOT NULL,
  ai_provider TEXT NOT NULL,
  ai_model TEXT NOT NULL,
  ai_task_id TEXT,
  routes TEXT NOT NULL,
  tried_before TEXT NOT NULL,
  model_named BOOLEAN NOT NULL DEFAULT FALSE,
  style TEXT,
  input_files TEXT NOT NULL,
  input_parameters TEXT NOT NULL,
  prompt TEXT,
  prompt_details TEXT NOT NULL,
  search_text TEXT NOT NULL,
  result_urls TEXT NOT NULL,
  result_metadata TEXT NOT NULL,
  error_code TEXT,
  error_message TEXT,
  retry_count INTEGER NOT NULL DEFAULT 0,
  retry_of TEXT,
  version BIGINT NOT NULL DEFAULT 1,
  progress DOUBLE PRECISION NOT NULL DEFAULT 0,
  picture_count INTEGER NOT NULL DEFAULT 1,
  credits BIGINT NOT NULL CHECK (credits >= 0),
  credits_refunded BIGINT NOT NULL DEFAULT 0 CHECK (credits_refunded >= 0 AND credits_refunded <= credits),
  cancel_requested_at BIGINT,
  called_back_at BIGINT,
  estimated_completion_at BIGINT,
  started_at BIGINT,
  completed_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  CONSTRAINT ai_tasks_task_no_key UNIQUE (task_no)
);
CREATE INDEX ai_tasks_user ON ai_tasks (user_id, created_at, id);
CREATE INDEX ai_tasks_user_changes ON ai_tasks (user_id, updated_at);
CREATE INDEX ai_tasks_created ON ai_tasks (created_at) WHERE deleted_at IS NULL;
CREATE INDEX ai_tasks_deleted ON ai_tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX ai_tasks_status ON ai_tasks (status, user_id, task_type, created_at);
CREATE INDEX ai_tasks_provider_task ON ai_tasks (ai_task_id) WHERE ai_task_id IS NOT NULL;

CREATE TABLE task_attempts (
  task_id TEXT NOT NULL REFERENCES ai_tasks (id),
  attempt INTEGER NOT NULL,
  ai_provider TEXT NOT NULL,
  ai_model TEXT NOT NULL,
  account TEXT,
  state TEXT NOT NULL CHECK (state IN ('created', 'submitting', 'queued', 'running', 'fetching', 'succeeded', 'failed', 'cancelled', 'lost')),
  handle TEXT,
  usage TEXT,
  cost_micros BIGINT CHECK (cost_micros >= 0),
  cost_currency TEXT,
  price_version TEXT,
  error_class TEXT,
  error_code TEXT,
  error_message TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (task_id, attempt)
);

-- Money for credits: one row for each checkout. Ids of the gateway are kept as it gave them.
CREATE TABLE payments (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  gateway TEXT NOT NULL CHECK (gateway IN ('stripe')),
  live BOOLEAN NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'processing', 'paid', 'failed', 'expired', 'refused')),
  pack TEXT NOT NULL,
  credits BIGINT NOT NULL CHECK (credits > 0),
  amount BIGINT NOT NULL CHECK (amount > 0),
  currency TEXT NOT NULL,
  amount_reversed BIGINT NOT NULL DEFAULT 0 CHECK (amount_reversed >= 0),
  credits_reversed BIGINT NOT NULL DEFAULT 0 CHECK (credits_reversed >= 0 AND credits_reversed <= credits),
  session_id TEXT,
  payment_intent TEXT,
  receipt_url TEXT,
  invoice_url TEXT,
  version BIGINT NOT NULL DEFAULT 1,
  paid_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CONSTRAINT payments_session_id_key UNIQUE (session_id),
  CONSTRAINT payments_payment_intent_key UNIQUE (payment_intent)
);
CREATE INDEX payments_user ON payments (user_id, created_at, id);
CREATE INDEX payments_status ON payments (status, updated_at);

-- Refunds and disputes of payments, and whether each takes money back at present.
CREATE TABLE payment_reversals (
  object_id TEXT PRIMARY KEY NOT NULL,
  payment_id TEXT NOT NULL REFERENCES payments (id),
  kind TEXT NOT NULL CHECK (kind IN ('refund', 'dispute')),
  amount BIGINT NOT NULL CHECK (amount > 0),
  active BOOLEAN NOT NULL,
  changes INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX payment_reversals_payment ON payment_reversals (payment_id);

-- What a gateway says that does not fit what was ordered: nothing was granted, the operator is to look. The payment is
-- the one that was named, whether there is one or not.
CREATE TABLE payment_alerts (
  gateway TEXT NOT NULL,
  event_id TEXT NOT NULL,
  payment_id TEXT,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (gateway, event_id)
);
CREATE INDEX payment_alerts_created ON payment_alerts (created_at);

-- Codes for credits that the operator sells or gives away. Only a hash is kept of each.
CREATE TABLE redeem_codes (
  id TEXT PRIMARY KEY NOT NULL,
  batch TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  beginning TEXT NOT NULL,
  credits BIGINT NOT NULL CHECK (credits > 0),
  expires_at BIGINT,
  revoked_at BIGINT,
  redeemed_at BIGINT,
  redeemed_by TEXT REFERENCES users (id),
  created_at BIGINT NOT NULL,
  CONSTRAINT redeem_codes_code_hash_key UNIQUE (code_hash),
  CHECK ((redeemed_at IS NULL) = (redeemed_by IS NULL))
);
CREATE INDEX redeem_codes_batch ON redeem_codes (batch, id);

-- What was taken back of credits that were earned. What the balance did not cover is owed, and repaid by whatever comes in.
CREATE TABLE credit_reversals (
  effect_key TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  payment_id TEXT NOT NULL REFERENCES payments (id),
  amount BIGINT NOT NULL CHECK (amount > 0),
  owed BIGINT NOT NULL CHECK (owed >= 0 AND owed <= amount),
  created_at BIGINT NOT NULL
);
CREATE INDEX credit_reversals_user ON credit_reversals (user_id);
CREATE INDEX credit_reversals_payment ON credit_reversals (payment_id);

CREATE TABLE credit_transactions (
  id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  seq BIGINT NOT NULL,
  task_id TEXT REFERENCES ai_tasks (id),
  payment_id TEXT REFERENCES payments (id),
  transaction_type TEXT NOT NULL CHECK (transaction_type IN ('earn', 'spend', 'refund')),
  reason TEXT NOT NULL,
  amount BIGINT NOT NULL CHECK (amount <> 0),
  balance_before BIGINT NOT NULL,
  balance_after BIGINT NOT NULL CHECK (balance_after >= 0 AND balance_after = balance_before + amount),
  description TEXT,
  metadata TEXT,
  effect_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT credit_transactions_effect_key_key UNIQUE (effect_key),
  CONSTRAINT credit_transactions_user_id_seq_key UNIQUE (user_id, seq)
);
CREATE INDEX credit_transactions_task ON credit_transactions (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX credit_transactions_payment ON credit_transactions (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX credit_transactions_created ON credit_transactions (created_at);

CREATE TABLE system_config (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL,
  description TEXT,
  updated_at BIGINT NOT NULL
);

CREATE TABLE files (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  size_bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  object_key TEXT NOT NULL,
  thumbnail_key TEXT NOT NULL,
  thumbhash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  CONSTRAINT files_object_key_key UNIQUE (object_key),
  CONSTRAINT files_thumbnail_key_key UNIQUE (thumbnail_key)
);
CREATE INDEX files_user ON files (user_id, created_at);

-- Pictures that somebody may put straight into the store: under a quarantine key until they are looked at. The row of one
-- that became a file stays until its link is long over, so that whoever asks twice is told the same.
CREATE TABLE uploads (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  object_key TEXT NOT NULL,
  file_id TEXT,
  refused_at BIGINT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  CONSTRAINT uploads_object_key_key UNIQUE (object_key)
);
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_expires ON uploads (expires_at);

-- Which task holds which file: a file goes when no task holds it any more.
CREATE TABLE task_files (
  task_id TEXT NOT NULL REFERENCES ai_tasks (id),
  file_id TEXT NOT NULL REFERENCES files (id),
  role TEXT NOT NULL CHECK (role IN ('input', 'parameter', 'result')),
  PRIMARY KEY (task_id, file_id, role)
);
CREATE INDEX task_files_file ON task_files (file_id);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  refresh_hash TEXT NOT NULL,
  previous_refresh_hash TEXT,
  refreshed_at BIGINT NOT NULL,
  user_agent TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE UNIQUE INDEX sessions_refresh ON sessions (refresh_hash);
CREATE INDEX sessions_previous_refresh ON sessions (previous_refresh_hash) WHERE previous_refresh_hash IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE invitations (
  token_hash TEXT PRIMARY KEY NOT NULL,
  email TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  used_by TEXT REFERENCES users (id)
);

-- Links sent by mail. Their tokens follow from id and purpose with JWT_SECRET, so nothing that opens one is stored.
CREATE TABLE mail_links (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'change_email')),
  email TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX mail_links_user ON mail_links (user_id);
CREATE INDEX mail_links_expiry ON mail_links (expires_at);

CREATE TABLE idempotency_keys (
  user_id TEXT NOT NULL REFERENCES users (id),
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  task_id TEXT NOT NULL REFERENCES ai_tasks (id),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- The operator's accounts with vendors that were given in the page. The three ciphertexts open only with ENCRYPTION_KEY,
-- only in this row, and only for this vendor and host.
CREATE TABLE provider_credentials (
  id TEXT PRIMARY KEY NOT NULL,
  provider TEXT NOT NULL,
  label TEXT NOT NULL,
  key_ciphertext TEXT,
  base_url TEXT,
  webhook_secret_ciphertext TEXT,
  proxy_ciphertext TEXT,
  weight INTEGER NOT NULL CHECK (weight >= 1),
  concurrency INTEGER CHECK (concurrency >= 1),
  enabled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  last_checked_at BIGINT,
  last_check_result TEXT,
  CONSTRAINT provider_credentials_provider_label_key UNIQUE (provider, label)
);

-- Calls of others that were acted upon: the same again has no second effect.
CREATE TABLE external_events (
  provider TEXT NOT NULL,
  event_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (provider, event_id)
);
CREATE INDEX external_events_created ON external_events (created_at);
