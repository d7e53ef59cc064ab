import type { RunRecord } from '../../harness/store/run-record.ts';
import { formatCount, listed, plural } from '../html/format.ts';

/** A verdict in words: a headline that stands alone, and the sentence below it. */
export interface VerdictSentence {
  readonly headline: string;
  readonly explanation: string;
}

/** Says what a run showed, for a reader who has seen nothing else of it. */
export function verdictSentence(record: RunRecord): VerdictSentence {
  const { target } = record.request;
  const under = `${plural(operationCount(record), 'operation')} ${faultsPhrase(record)}`;
  switch (record.verdict) {
    case 'valid':
      return {
        headline: `${target} showed no violation in ${under}.`,
        explanation: `${plural(record.checks.length, 'check')} ran to the end and passed: ${listed(record.checks.map(({ name }) => name))}.`,
      };
    case 'invalid': {
      const failed = record.checks.filter(({ verdict }) => verdict === 'invalid');
      const findings = failed.flatMap((check) => check.findings);
      const count = findings.reduce((sum, finding) => sum + finding.count, 0);
      const kinds = [...new Set(findings.map(({ anomaly }) => anomaly))];
      return {
        headline: `${target} ${whatBroke(kinds, count)} in ${under}.`,
        explanation: [
          `Found by ${listed(failed.map(({ name }) => name))}${kinds.length === 0 ? '' : ` (${listed(kinds)})`}.`,
          findings[0]?.message ?? '',
        ].join(' '),
      };
    }
    case 'unknown':
      return {
        headline: `No verdict on ${target}: the question was not answered.`,
        explanation:
          record.reasons.length > 0
            ? record.reasons.join(' ')
            : listed(record.checks.flatMap(({ reason }) => (reason === undefined ? [] : [reason]))),
      };
  }
}

/** Losses are named as such: no other word says it as plainly. */
function whatBroke(kinds: readonly string[], count: number): string {
  if (kinds.length === 1 && kinds[0] === 'lost') return `lost ${plural(count, 'acknowledged write')}`;
  return `broke consistency: ${plural(count, 'violation')}`;
}

/** Operations of a run, however they ended. */
export function operationCount(record: RunRecord): number {
  return Object.values(record.counts).reduce((sum, { ok, fail, info }) => sum + ok + fail + info, 0);
}

function faultsPhrase(record: RunRecord): string {
  if (record.faults.length === 0) return 'without any fault';
  const acted = record.faults.filter(({ effect }) => effect === 'effective' || effect === 'partial');
  const kinds = [...new Set(acted.map(({ name }) => name))];
  const each = kinds.map((kind) => plural(acted.filter(({ name }) => name === kind).length, FAULT_NOUNS[kind]));
  if (acted.length === record.faults.length) return `under ${listed(each)}`;
  const rest = `${formatCount(record.faults.length - acted.length)} of ${plural(record.faults.length, 'fault')} not seen to act`;
  return each.length === 0 ? `(${rest})` : `under ${listed(each)} (${rest})`;
}

const FAULT_NOUNS = { partition: 'partition', kill: 'kill', pause: 'pause', clock: 'clock step' } as const;
