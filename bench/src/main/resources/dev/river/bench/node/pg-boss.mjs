// pg-boss behind the few calls that driver.mjs makes.
import { PgBoss } from "pg-boss";

const QUEUE = "bench";

async function start(url, settings, inserters) {
  const boss = new PgBoss({
    connectionString: url,
    max: Number(settings.connections) + inserters,
    useListenNotify: settings.useListenNotify === "true",
    schedule: false,
  });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  return boss;
}

export async function migrate(url, settings) {
  const boss = await start(url, settings, 1);
  await boss.createQueue(QUEUE, { notify: settings.useListenNotify === "true" });
  await boss.stop({ graceful: false });
}

export async function connect(url, settings, options) {
  const boss = await start(url, settings, options.inserters);
  if (options.quiet) await boss.updateQueue(QUEUE, { notify: false });
  let working = false;

  return {
    insert: (job) => boss.send(QUEUE, job),
    insertAll: (jobs) => boss.insert(QUEUE, jobs.map((data) => ({ data }))),
    async start(workers, body) {
      // The workers' share of a fetch: at least two of them, so that one can fetch while the other works.
      const fetchers = Math.max(Number(settings.localConcurrency), Math.ceil(workers / Number(settings.batchSize)));
      const options = {
        localConcurrency: Math.min(workers, fetchers),
        batchSize: Math.max(1, Math.floor(workers / fetchers)),
        burstWhenBatchFull: settings.burstWhenBatchFull === "true",
        pollingIntervalSeconds: Number(settings.pollingIntervalSeconds),
      };
      working = true;
      await boss.work(QUEUE, options, (jobs) => Promise.all(jobs.map((job) => body(job.data.number))));
    },
    async stop() {
      if (working) await boss.offWork(QUEUE, { wait: true });
      working = false;
    },
    close: () => boss.stop({ graceful: true, timeout: 30_000 }),
  };
}
