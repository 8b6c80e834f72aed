// One round of a queue of others on PostgreSQL: peer.mjs graphile|pg-boss JOBS SINGLES CALLERS, with DATABASE_URL.
// Prints {"enqueued_per_s","ran_per_s"}: jobs enqueued one by one by CALLERS at a time, and jobs that do nothing taken,
// run and ended.
const [peer, jobs, singles, callers] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const connectionString = process.env.DATABASE_URL;
const payload = { picture: "a heron" };

const perSecond = (count, started) => Math.round((count / (performance.now() - started)) * 1000);

async function oneByOne(add) {
  const started = performance.now();
  let left = singles;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (left-- > 0) await add();
    }),
  );
  return perSecond(singles, started);
}

/** Tuned as its documentation says for many small jobs: a queue in the process, ends written in batches. */
async function graphile() {
  const { Logger, makeWorkerUtils, run } = await import("graphile-worker");
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString, logger, maxPoolSize: callers });
  await utils.migrate();
  const enqueued_per_s = await oneByOne(() => utils.addJob("paint", payload));
  await utils.addJobs(Array.from({ length: jobs - singles }, () => ({ identifier: "paint", payload })));
  let left = jobs;
  let finished;
  const done = new Promise((resolve) => {
    finished = resolve;
  });
  const preset = {
    worker: {
      connectionString,
      concurrentJobs: callers,
      maxPoolSize: callers + 1,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  };
  const paint = async () => {
    if (--left === 0) finished();
  };
  const started = performance.now();
  const runner = await run({ preset, logger, noHandleSignals: true, taskList: { paint } });
  await done;
  const ran_per_s = perSecond(jobs, started);
  await runner.stop();
  await utils.release();
  return { enqueued_per_s, ran_per_s };
}

/** Its own loop asks twice a second at most, so its fetch and complete are called directly, a hundred at a time. */
async function pgBoss() {
  const { default: PgBoss } = await import("pg-boss");
  const boss = new PgBoss({ connectionString, max: callers });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue("paint");
  const enqueued_per_s = await oneByOne(() => boss.send("paint", payload));
  await boss.insert(Array.from({ length: jobs - singles }, () => ({ name: "paint", data: payload })));
  const started = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (;;) {
        const taken = await boss.fetch("paint", { batchSize: 100 });
        if (!taken?.length) return;
        await boss.complete("paint", taken.map((job) => job.id));
      }
    }),
  );
  const ran_per_s = perSecond(jobs, started);
  await boss.stop({ graceful: false });
  return { enqueued_per_s, ran_per_s };
}

console.log(JSON.stringify(await (peer === "graphile" ? graphile() : pgBoss())));
process.exit(0);
