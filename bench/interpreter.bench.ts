import { setImmediate } from 'node:timers/promises';
import { RealTimeScheduler } from '../harness/environments/real-time.ts';
import { clients, each, limit, mix } from '../harness/generators/index.ts';
import { HistoryBuilder } from '../harness/history/index.ts';
import type { ClientOpener } from '../harness/kernel/client.ts';
import { ok } from '../harness/kernel/outcome.ts';
import { randomOf } from '../harness/kernel/random.ts';
import { Interpreter } from '../harness/runner/interpreter.ts';

const OPERATIONS = 300_000;
const CONCURRENCY = 1024;
const ROUNDS = 5;
const GOAL = 100_000;

/**
 * Operations a second through the whole interpreter, in real time, with clients that do nothing and 1,024 workers: drawing,
 * recording both ends into memory, pairing. Answers come on a later turn of the event loop, as they do from a socket.
 */
async function measure(): Promise<number> {
  const time = new RealTimeScheduler();
  const builder = new HistoryBuilder();
  let answers: (() => void)[] = [];
  let scheduled = false;
  const answerAll = async (): Promise<void> => {
    scheduled = true;
    await setImmediate();
    scheduled = false;
    const due = answers;
    answers = [];
    for (const answer of due) answer();
  };
  const openClient: ClientOpener = (_binding, _deadlineMs, opened) =>
    opened({
      session: {
        start(_invocation, _deadline, complete) {
          answers.push(() => complete(ok(null)));
          if (!scheduled) void answerAll();
        },
        close: () => undefined,
      },
    });
  const interpreter = new Interpreter({
    time,
    nodes: ['n1', 'n2', 'n3'],
    concurrency: CONCURRENCY,
    openClient,
    opTimeoutMs: 5000,
    random: randomOf(1),
    record: (entry) => builder.append(entry),
    nemesis: (_action, done) => done(),
  });
  const reads = each(() => ({ f: 'read', key: 'k', value: null }));
  const writes = each((ctx) => ({ f: 'write', key: 'k', value: ctx.random.int(0, 1_000_000) }));
  const operations = mix([
    { weight: 1, of: reads },
    { weight: 1, of: writes },
  ]);
  const startedMs = performance.now();
  await interpreter.run(clients(limit(OPERATIONS, operations)), new AbortController().signal);
  const elapsedMs = performance.now() - startedMs;
  interpreter.close();
  time.stop();
  if (builder.length !== 2 * OPERATIONS) throw new Error(`recorded ${builder.length} entries`);
  return OPERATIONS / (elapsedMs / 1000);
}

const rounds: number[] = [];
for (let round = 0; round < ROUNDS; round++) rounds.push(Math.round(await measure()));
const median = rounds.toSorted((left, right) => left - right)[Math.floor(ROUNDS / 2)] ?? 0;
console.log(
  JSON.stringify({
    bench: 'interpreter',
    concurrency: CONCURRENCY,
    operations: OPERATIONS,
    unit: 'operations/s',
    rounds,
    median,
    goal: GOAL,
    reached: median >= GOAL,
  }),
);
if (median < GOAL) process.exitCode = 1;
