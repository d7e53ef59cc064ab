import { setImmediate } from 'node:timers/promises';
import { createSimEnvironment } from '../environments/sim/sim-environment.ts';
import type { MessageEvent } from '../environments/sim/sim-process.ts';
import { TYPE_INVOKE, type History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { RunPlan } from '../runner/plan.ts';
import { runCluster, type ClusterRunOptions } from '../runner/run-cluster.ts';
import type { MessageWindow, TracedMessage } from '../store/run-observations.ts';
import type { CheckSummary } from '../store/run-record.ts';

/** Findings that get their messages, per check and per run. */
const FINDINGS_PER_CHECK = 8;
const WINDOWS_MAX = 16;
/** Messages kept of a window: its last ones. */
const MESSAGES_MAX = 200;
const MARGIN_NS = 10e6;
const TEXT_MAX = 140;
/** What was sent in a window has ended so long after it. */
const UNDER_WAY_NS = 200e6;
/** A diagram is worth so much of the user's time. */
const WALL_TIME_MAX_MS = 20_000;

/** What is needed to simulate a run once more. */
export interface TracedRun extends Pick<ClusterRunOptions, 'target' | 'workload' | 'signal'> {
  readonly plan: RunPlan;
  readonly history: History;
  readonly checks: readonly CheckSummary[];
}

/**
 * The messages around the findings of a simulated run. The run itself recorded none: which ones matter is known only after
 * the checks, and a simulation can be had again from its plan. It is run up to the end of the last window, and the messages
 * are given only when its history is the same up to there. Empty where there is no finding, time ran out, or it failed:
 * a run must not be lost for the want of a picture.
 */
export async function traceMessages(run: TracedRun): Promise<readonly MessageWindow[]> {
  const windows = windowsOf(run.history, run.checks);
  if (windows.length === 0) return [];
  const lastNs = Math.max(...windows.map(({ toNs }) => toNs));
  const enough = new AbortController();
  const timer = setTimeout(() => enough.abort(), WALL_TIME_MAX_MS);
  let reached = false;
  const environment = createSimEnvironment({
    yieldToHost: () => setImmediate(),
    messageObserver: (event) => {
      for (const window of windows) window.take(event);
      if (event.sentNs <= lastNs + UNDER_WAY_NS || reached) return;
      reached = true;
      enough.abort();
    },
  });
  try {
    const again = await runCluster({
      plan: run.plan,
      environment,
      target: run.target,
      workload: run.workload,
      runId: 'messages',
      readyTimeoutMs: WALL_TIME_MAX_MS,
      signal: AbortSignal.any([run.signal, enough.signal]),
      progress: () => undefined,
    });
    const whole = reached || !again.interrupted;
    return whole && isSameUntil(run.history, again.history, lastNs) ? windows.map((window) => window.close()) : [];
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

function windowsOf(history: History, checks: readonly CheckSummary[]): readonly OpenWindow[] {
  return checks
    .flatMap(({ findings }, check) =>
      findings.slice(0, FINDINGS_PER_CHECK).flatMap(({ ops }, finding) => {
        const times = ops.flatMap((entry) => timesOf(history, entry));
        if (times.length === 0) return [];
        return [
          new OpenWindow(check, finding, Math.max(0, Math.min(...times) - MARGIN_NS), Math.max(...times) + MARGIN_NS),
        ];
      }),
    )
    .slice(0, WINDOWS_MAX);
}

/** Begin and end of the operation that an entry belongs to. */
function timesOf({ columns, length }: History, entry: number): readonly number[] {
  if (!(entry >= 0 && entry < length)) return [];
  const other = columns.pair[entry] ?? -1;
  return [entry, other].flatMap((each) => (each < 0 ? [] : [columns.timeNs[each] ?? 0]));
}

/** Collects the messages of one window in bounded memory. */
class OpenWindow {
  readonly #at: Omit<MessageWindow, 'messages' | 'omitted'>;
  #events: MessageEvent[] = [];
  #dropped = 0;

  constructor(check: number, finding: number, fromNs: number, toNs: number) {
    this.#at = { check, finding, fromNs, toNs };
  }

  get toNs(): number {
    return this.#at.toNs;
  }

  take(event: MessageEvent): void {
    if (event.endedNs < this.#at.fromNs || event.sentNs > this.#at.toNs) return;
    this.#events.push(event);
    // Dropping the older half at once keeps taking O(1) on average.
    if (this.#events.length < 2 * MESSAGES_MAX) return;
    this.#events = this.#events.slice(MESSAGES_MAX);
    this.#dropped += MESSAGES_MAX;
  }

  close(): MessageWindow {
    const kept = this.#events.slice(-MESSAGES_MAX);
    const omitted = this.#dropped + this.#events.length - kept.length;
    return { ...this.#at, messages: kept.map(traced), omitted };
  }
}

function traced({ from, to, sentNs, endedNs, fate, message }: MessageEvent): TracedMessage {
  const text = JSON.stringify(message) ?? '';
  return {
    from,
    to,
    sentNs,
    endedNs,
    fate,
    kind: kindOf(message),
    text: text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX - 1)}…`,
  };
}

/** By the usual names of the member that tells messages apart. */
function kindOf(message: JsonValue): string {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return 'message';
  const { k, kind, type } = message as Readonly<Record<string, JsonValue>>;
  return [k, kind, type].find((name) => typeof name === 'string') ?? 'message';
}

/** Whether two histories agree in all operations that began by then. */
function isSameUntil(left: History, right: History, untilNs: number): boolean {
  for (let entry = 0; entry < left.length; entry++) {
    const timeNs = left.columns.timeNs[entry] ?? 0;
    if (timeNs > untilNs) return true;
    // What was open when the second one was cut off has ended otherwise there.
    if (left.columns.type[entry] !== TYPE_INVOKE) continue;
    const same =
      right.columns.timeNs[entry] === timeNs &&
      right.columns.process[entry] === left.columns.process[entry] &&
      right.columns.value[entry] === left.columns.value[entry];
    if (!same) return false;
  }
  return true;
}
