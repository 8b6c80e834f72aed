-- The durable queue. A job is running while lease_until is set, and ready otherwise; a finished job has no row.
CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue TEXT NOT NULL CHECK (queue IN ('engine', 'provider', 'mail', 'webhook', 'maintenance')),
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    priority INTEGER NOT NULL,
    fair_key TEXT NOT NULL,
    fair_rank BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    worker TEXT,
    lease_until BIGINT,
    last_error TEXT,
    unique_key TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    CHECK ((worker IS NULL) = (lease_until IS NULL))
);

-- Claims walk this one in order. The last two columns let SQLite pass over jobs that are not due, and count those
-- that are, without reading the rows.
CREATE INDEX jobs_ready_idx ON jobs (queue, priority, fair_rank, id, run_at, lease_until) WHERE lease_until IS NULL;
-- Few rows at any time: the highest running rank, and a scan for expired leases.
CREATE INDEX jobs_running_idx ON jobs (queue, priority, fair_rank, lease_until) WHERE lease_until IS NOT NULL;
-- The last rank of one user. The user stands first, so that nothing else is ever looked up here: by queue and priority it
-- would be the whole line.
CREATE INDEX jobs_fair_idx ON jobs (fair_key, queue, priority, fair_rank);

-- The last tick of each scheduled job that was turned into a row of jobs.
CREATE TABLE job_schedules (
    name TEXT PRIMARY KEY NOT NULL,
    tick BIGINT NOT NULL
);
