import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { History } from '../harness/kernel/history.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';

/** One history to judge, and how. */
export interface MeasuredCase {
  readonly name: string;
  /** What the time (and the growth of memory) of one check has to stay below, in words. */
  readonly goal?: string;
  readonly make: () => History;
  readonly check: (history: History) => CheckResult | Promise<CheckResult>;
  /** Default 3. */
  readonly rounds?: number;
  /** Binds the measuring process to so many cores (Linux); default all. */
  readonly cores?: number;
}

/** Times over the rounds; memory is that of the first one. */
export interface Measurement {
  readonly name: string;
  readonly goal: string;
  readonly verdict: string;
  readonly reason?: string;
  readonly facts: string;
  readonly medianMs: number;
  readonly bestMs: number;
  readonly worstMs: number;
  /** Processor time of all threads, in the median round. */
  readonly processorMs: number;
  /** The most that resident memory grew over what it was with the history in memory. */
  readonly grownMB: number;
}

/**
 * Measures cases from columns in memory to the verdict, each in a process of its own, and prints a line each:
 * `SCRIPT [PART OF A NAME] [--json FILE] [--alone]`. With `--alone` (Linux, as root) the rounds run at real-time priority,
 * so that other work on the machine does not count.
 */
export async function measureCases(script: string, cases: readonly MeasuredCase[]): Promise<readonly Measurement[]> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, child: { type: 'string' }, alone: { type: 'boolean', default: false } },
  });
  const child = cases.find(({ name }) => name === values.child);
  if (child !== undefined) {
    console.log(JSON.stringify(await measure(child, values.alone)));
    process.exit();
  }
  const measurements: Measurement[] = [];
  for (const { name, cores } of cases.filter((each) => each.name.includes(positionals[0] ?? ''))) {
    const flags = values.alone ? ['--alone'] : [];
    const bound = cores === undefined ? [] : ['taskset', '--cpu-list', `0-${cores - 1}`];
    const node = [process.execPath, ...process.execArgv, '--expose-gc', fileURLToPath(script), '--child', name];
    const [command = '', ...argv] = [...bound, ...node, ...flags];
    const { status, stdout, stderr } = spawnSync(command, argv, { encoding: 'utf8', timeout: 600_000 });
    if (status !== 0) throw new Error(`${name}: the measuring process ended with ${status}: ${stderr}`);
    const measurement = JSON.parse(stdout) as Measurement;
    measurements.push(measurement);
    console.log(lineOf(measurement));
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(measurements, undefined, 2)}\n`);
  return measurements;
}

async function measure(
  { name, goal = '', make, check, rounds = 3 }: MeasuredCase,
  alone: boolean,
): Promise<Measurement> {
  const history = make();
  globalThis.gc?.();
  const idleMB = process.memoryUsage.rss() / 1e6;
  forgetPeak();
  if (alone) schedule('--rr', '1');
  const times: { readonly wallMs: number; readonly processorMs: number }[] = [];
  let result: CheckResult | undefined;
  let peakMB = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const startMs = performance.now();
    result = await check(history);
    const wallMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(before);
    times.push({ wallMs, processorMs: (user + system) / 1000 });
    if (round === 0) peakMB = process.resourceUsage().maxRSS / 1000;
  }
  if (alone) schedule('--other', '0');
  times.sort((left, right) => left.wallMs - right.wallMs);
  const median = times[times.length >> 1];
  return {
    name,
    goal,
    verdict: result?.verdict ?? '',
    ...(result?.reason === undefined ? {} : { reason: result.reason }),
    facts: JSON.stringify(result?.facts['algorithm'] ?? result?.facts['anomalies'] ?? {}),
    medianMs: median?.wallMs ?? 0,
    bestMs: times[0]?.wallMs ?? 0,
    worstMs: times.at(-1)?.wallMs ?? 0,
    processorMs: median?.processorMs ?? 0,
    grownMB: Math.max(0, peakMB - idleMB),
  };
}

/** Begins the peak of resident memory anew, where the kernel can do that: making the history is not to count. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere, or not permitted: the peak of making the history counts, too.
  }
}

function schedule(policy: '--rr' | '--other', priority: string): void {
  execFileSync('chrt', ['--all-tasks', policy, '--pid', priority, String(process.pid)]);
}

function lineOf(each: Measurement): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;
  const times = `median ${seconds(each.medianMs)} (${seconds(each.bestMs)} to ${seconds(each.worstMs)}), processor ${seconds(each.processorMs)}`;
  const verdict = [each.verdict, each.reason ?? '', each.facts].join(' ').slice(0, 160);
  return [each.name, each.goal, times, `${each.grownMB.toFixed(0)} MB`, verdict].join(' | ');
}
