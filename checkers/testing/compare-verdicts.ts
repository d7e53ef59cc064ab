import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { checkLinearizable } from '../check-linearizable.ts';
import { onlyOperations } from './overlapping-history.ts';
import type { Comparison } from './prove-family.ts';

/** Proofs run beside other work, and may be stopped for minutes: no clock decides what they find. */
const UNHURRIED = { timeMs: Infinity };

/** The linearizability checker's verdict beside the expected one, and that the evidence of a violation is one by itself. */
export function compareVerdicts(
  history: History,
  model: string,
  options: Readonly<Record<string, JsonValue>>,
  expected: boolean,
): Comparison {
  const asked = { model, options, limits: UNHURRIED };
  const { verdict, findings, reason } = checkLinearizable(history, asked);
  const alone = findings.map(({ ops }) => checkLinearizable(onlyOperations(history, ops), asked).verdict);
  const came = verdict === 'invalid' ? `invalid, alone ${alone.join(' ')}` : verdict;
  return {
    came: reason === undefined ? came : `${came}: ${reason}`,
    expected: expected ? 'valid' : 'invalid, alone invalid',
  };
}
