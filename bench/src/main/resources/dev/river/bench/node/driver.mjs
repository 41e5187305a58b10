// A client of a framework for Node, driven from outside: reads a JSON object a line, does what its "command" says, and
// answers with a JSON object a line. The loops are those of the JVM's clients: see JvmClient.
//
//   node driver.mjs graphile-worker|pg-boss

import { createInterface } from "node:readline";

const BATCH = 1_000;
const LOAD_THREADS = 8;
const TEXT_LENGTH = 224;
const WORDS = "The quick brown fox jumps over the lazy dog while 42 lions watch from the hill; ";
const TEXT = WORDS.repeat(TEXT_LENGTH).slice(0, TEXT_LENGTH);

const framework = await import(`./${process.argv[2]}.mjs`);
const now = () => process.hrtime.bigint(); // the same clock as the JVM's on Linux
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

let target = null; // the URL, the settings and the options to connect with
let connected = null;
let log = newLog(0, 0);
let letGo = () => {};

async function client() {
  connected ??= await framework.connect(target.url, target.settings, target.options);
  return connected;
}

function newLog(first, count) {
  return { first, times: new BigInt64Array(count), count: 0, firstTime: 0n };
}

function begins(number) {
  const time = now();
  if (log.firstTime === 0n) log.firstTime = time;
  const index = number - log.first;
  if (index >= 0 && index < log.times.length) log.times[index] = time;
  log.count++;
}

function jobs(first, count) {
  return Array.from({ length: count }, (_, index) => ({ number: first + index, text: TEXT }));
}

async function insert({ way, first, count, threads, limitNanos }) {
  const library = await client();
  const batch = way === "SINGLE" ? 1 : BATCH;
  const end = first + count;
  let next = first;
  let done = 0;
  const beganAt = now();
  const deadline = beganAt + BigInt(limitNanos);
  const loop = async () => {
    while (next < end && now() < deadline) {
      const from = next;
      next += batch;
      const size = Math.min(batch, end - from);
      if (batch === 1) await library.insert({ number: from, text: TEXT });
      else await library.insertAll(jobs(from, size));
      done += size;
    }
  };
  await Promise.all(Array.from({ length: threads }, loop));
  return { count: done, beganAt: String(beganAt), endedAt: String(now()) };
}

async function offer({ first, batch, calls, intervalNanos, lengthNanos }) {
  const library = await client();
  const commits = new BigInt64Array(calls * batch);
  const beganAt = now();
  const deadline = beganAt + BigInt(lengthNanos);
  let next = 0;
  const loop = async () => {
    while (next < calls && now() < deadline) {
      const index = next++;
      await until(beganAt + BigInt(index) * BigInt(intervalNanos));
      const from = index * batch;
      if (batch === 1) await library.insert({ number: first + from, text: TEXT });
      else await library.insertAll(jobs(first + from, batch));
      commits.fill(now(), from, from + batch);
    }
  };
  await Promise.all(Array.from({ length: LOAD_THREADS }, loop));
  return { commits: base64(commits) };
}

/** Timers have milliseconds: the rest is waited for without one. */
async function until(time) {
  const millis = Number(time - now()) / 1e6;
  if (millis > 1) await sleep(Math.floor(millis));
  while (now() < time) await new Promise(setImmediate);
}

function bodyOf(task) {
  if (task.kind === "sleep") {
    return async (number) => {
      begins(number);
      await sleep(task.millis);
    };
  }
  if (task.kind === "block") {
    const gate = new Promise((resolve) => (letGo = resolve));
    return async (number) => {
      begins(number);
      await gate;
    };
  }
  return async (number) => begins(number);
}

function base64(times) {
  return Buffer.from(times.buffer).toString("base64");
}

const commands = {
  clock: () => ({ time: String(now()) }),
  migrate: async ({ url, settings }) => {
    await framework.migrate(url, settings);
    return {};
  },
  open: (request) => {
    target = request;
    return {};
  },
  insert,
  offer,
  start: async ({ workers, task, first, count }) => {
    log = newLog(first, count);
    await (await client()).start(workers, bodyOf(task), task);
    return {};
  },
  started: () => ({ count: log.count, firstTime: String(log.firstTime) }),
  startedAt: ({ number }) => ({ time: String(log.times[number - log.first] ?? 0n) }),
  startTimes: () => ({ times: base64(log.times) }),
  release: () => {
    letGo();
    return {};
  },
  stop: async () => {
    letGo();
    if (connected) await connected.stop();
    return {};
  },
  disconnect: async () => {
    letGo();
    const library = connected;
    connected = null;
    if (library) {
      await library.stop();
      await library.close();
    }
    return {};
  },
  heap: () => {
    globalThis.gc();
    return { bytes: process.memoryUsage().heapUsed };
  },
};

/** One after the other, as they come. */
let queue = Promise.resolve();
createInterface({ input: process.stdin })
  .on("line", (line) => {
    queue = queue.then(() => answer(JSON.parse(line)));
  })
  .on("close", () => {
    queue = queue.then(() => process.exit(0));
  });

async function answer(request) {
  try {
    const result = await commands[request.command](request);
    process.stdout.write(JSON.stringify(result) + "\n");
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: String(error?.stack ?? error) }) + "\n");
  }
}
