// graphile-worker behind the few calls that driver.mjs makes.
import { Logger, makeWorkerUtils, run, runMigrations } from "graphile-worker";
import pg from "pg";

const TASK = "bench";
const logger = new Logger(() => (level, message) => {
  if (level === "error" || level === "warning") console.error(message);
});

export async function migrate(url) {
  await runMigrations({ connectionString: url, logger });
}

export async function connect(url, settings, options) {
  const pool = new pg.Pool({
    connectionString: url,
    max: Number(settings.connections) + options.inserters,
  });
  pool.on("error", (error) => console.error(error));
  pool.on("connect", (client) => client.on("error", (error) => console.error(error)));
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  let runner = null;

  return {
    insert: (job) => utils.addJob(TASK, job),
    insertAll: (jobs) => utils.addJobs(jobs.map((payload) => ({ identifier: TASK, payload }))),
    async start(workers, body) {
      runner = await run({
        pgPool: pool,
        logger,
        noHandleSignals: true,
        taskList: { [TASK]: (payload) => body(payload.number) },
        preset: {
          worker: {
            concurrentJobs: workers,
            localQueue: { size: Math.max(Number(settings.localQueueSize), workers + 1) },
            completeJobBatchDelay: Number(settings.completeJobBatchDelay),
            failJobBatchDelay: Number(settings.failJobBatchDelay),
          },
        },
      });
    },
    async stop() {
      const running = runner;
      runner = null;
      if (running) await running.stop();
    },
    async close() {
      await utils.release();
      await pool.end();
    },
  };
}
