import { HarnessError } from '../../kernel/harness-error.ts';
import type { CampaignRun, SeenAnomaly } from '../../store/campaign-record.ts';

export const BASELINE_VERSION = 1;

/** A finding that was looked at and accepted. Findings are told apart by exactly these names. */
export interface AcceptedFinding {
  readonly target: string;
  readonly variant?: string;
  readonly mutant?: string;
  readonly workload: string;
  /** Name of the fault package. */
  readonly faults: string;
  readonly check: string;
  readonly anomaly: string;
}

/** A campaign's accepted findings, by {@link signatureOf}. */
export type Baseline = ReadonlyMap<string, AcceptedFinding>;

export const EMPTY_BASELINE: Baseline = new Map();

export function baselineOf(findings: Iterable<AcceptedFinding>): Baseline {
  return new Map([...findings].map((finding) => [signatureOf(finding), finding]));
}

/** The finding that a run showed, without what differs from run to run. */
export function findingOf(run: CampaignRun, { check, anomaly }: SeenAnomaly): AcceptedFinding {
  return {
    target: run.target,
    ...(run.variant === undefined ? {} : { variant: run.variant }),
    ...(run.mutant === undefined ? {} : { mutant: run.mutant }),
    workload: run.workload,
    faults: run.faultPackage,
    check,
    anomaly,
  };
}

export function isAccepted(baseline: Baseline, run: CampaignRun, seen: SeenAnomaly): boolean {
  return baseline.has(signatureOf(findingOf(run, seen)));
}

const FIELDS = ['target', 'variant', 'mutant', 'workload', 'faults', 'check', 'anomaly'] as const;

/** Equal for equal findings, and in the order in which findings stand in the file. */
export function signatureOf(finding: AcceptedFinding): string {
  return FIELDS.map((field) => finding[field] ?? '').join('\u0000');
}

/** A finding in words: `gossip register under partition: linearizability not-linearizable`. */
export function findingWords({ target, variant, mutant, workload, faults, check, anomaly }: AcceptedFinding): string {
  const what = [target, variant, mutant === undefined ? undefined : `with ${mutant}`, workload];
  return `${what.filter((word) => word !== undefined).join(' ')} under ${faults}: ${check} ${anomaly}`;
}

/** The file's text: one finding per line in a fixed order, so that a difference shows what was accepted and nothing else. */
export function formatBaseline(baseline: Baseline): string {
  const lines = [...baseline]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(
      ([, finding]) => `    ${JSON.stringify(Object.fromEntries(FIELDS.flatMap((field) => entryOf(finding, field))))}`,
    );
  const accepted = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "version": ${BASELINE_VERSION},\n  "accepted": ${accepted}\n}\n`;
}

function entryOf(finding: AcceptedFinding, field: (typeof FIELDS)[number]): readonly (readonly [string, string])[] {
  const value = finding[field];
  return value === undefined ? [] : [[field, value]];
}

/** Reads a baseline's text. Throws a usage error that names `file` and the entry which is not as it should be. */
export function parseBaseline(text: string, file: string): Baseline {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new HarnessError('usage', `${file} is not valid JSON: ${String(error)}`, { cause: error });
  }
  if (!isObject(parsed) || parsed['version'] !== BASELINE_VERSION || !Array.isArray(parsed['accepted'])) {
    throw new HarnessError(
      'usage',
      `${file}: expected a baseline of version ${BASELINE_VERSION} with a list "accepted"; --update writes one`,
    );
  }
  return baselineOf(
    parsed['accepted'].map((entry: unknown, index) => acceptedFinding(entry, `${file}: accepted[${index}]`)),
  );
}

function acceptedFinding(entry: unknown, place: string): AcceptedFinding {
  if (!isObject(entry)) throw new HarnessError('usage', `${place}: expected an object`);
  const unknown = Object.keys(entry).find((key) => !(FIELDS as readonly string[]).includes(key));
  if (unknown !== undefined) throw new HarnessError('usage', `${place}: unknown field ${JSON.stringify(unknown)}`);
  const text = (field: (typeof FIELDS)[number]): string => {
    const value = entry[field];
    if (typeof value !== 'string' || value === '')
      throw new HarnessError('usage', `${place}: expected ${field}, a text`);
    return value;
  };
  return {
    target: text('target'),
    ...(entry['variant'] === undefined ? {} : { variant: text('variant') }),
    ...(entry['mutant'] === undefined ? {} : { mutant: text('mutant') }),
    workload: text('workload'),
    faults: text('faults'),
    check: text('check'),
    anomaly: text('anomaly'),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
