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

/** How many fetch, and how many jobs each at most: at least two, so that one can fetch while the other works. */
function share(workers, task, settings) {
  if (task.kind === "block") {
    // a batch that blocks keeps its fetcher from fetching, even if it has a single job
    return {
      localConcurrency: Number(settings.fetchersOfBlockingJobs),
      batchSize: Number(settings.batchSizeOfBlockingJobs),
    };
  }
  const fetchers = Math.max(Number(settings.localConcurrency), Math.ceil(workers / Number(settings.batchSize)));
  return {
    localConcurrency: Math.min(workers, fetchers),
    batchSize: Math.max(1, Math.floor(workers / fetchers)),
  };
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
    async start(workers, body, task) {
      const options = {
        ...share(workers, task, settings),
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
