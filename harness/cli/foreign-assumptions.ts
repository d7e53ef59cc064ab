import type { HistoryFormat } from '../history/index.ts';
import { NULL_CODE, TYPE_FAIL, TYPE_INVOKE, TYPE_OK, type History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';

/** A check option that a foreign format implies. */
export interface ForeignAssumption {
  readonly name: string;
  readonly value: JsonValue;
  /** One sentence for people, with how to say otherwise. */
  readonly why: string;
}

/**
 * What a register's history of another tool leaves unsaid. Knossos' registers may always read nil, and in Jepsen's tests
 * they need not begin with it: where a value is read before any write began, that is the value that was there.
 */
export function assumptionsOf(format: HistoryFormat, history: History): readonly ForeignAssumption[] {
  if (format !== 'edn' && format !== 'json') return [];
  const assumptions: ForeignAssumption[] = [
    {
      name: 'nullReads',
      value: 'any',
      why: 'As with Knossos, a read of nil says nothing (--option nullReads=exact: it saw an empty register).',
    },
  ];
  const initial = firstValue(history);
  if (initial !== undefined) {
    const text = JSON.stringify(initial);
    const why = `Registers are taken to begin with ${text}, which was read before any write (--option initial=VALUE).`;
    assumptions.push({ name: 'initial', value: initial, why });
  }
  return assumptions;
}

/** The first value that was read; undefined where that is nil, or an update of any key had begun before. */
function firstValue(history: History): JsonValue | undefined {
  const { columns, fNames } = history;
  for (let index = 0; index < history.length; index++) {
    const f = fNames[columns.f[index] ?? 0];
    const type = columns.type[index];
    if (type === TYPE_INVOKE && f !== 'read' && endsAs(history, index) !== TYPE_FAIL) return undefined;
    const value = columns.value[index] ?? NULL_CODE;
    if (type === TYPE_OK && f === 'read' && value !== NULL_CODE) return history.decode(value);
  }
  return undefined;
}

function endsAs(history: History, invocation: number): number | undefined {
  const pair = history.columns.pair[invocation] ?? -1;
  return pair < 0 ? undefined : history.columns.type[pair];
}
