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
 * they need not begin with it: where a value is read before any write began, that is the value that was there. `areSeveral`: transactions over several.
 */
export function assumptionsOf(
  format: HistoryFormat,
  history: History,
  areSeveral: boolean,
): readonly ForeignAssumption[] {
  if (format !== 'edn' && format !== 'json') return [];
  const assumptions: ForeignAssumption[] = [
    {
      name: 'nullReads',
      value: 'any',
      why: 'As with Knossos, a read of nil says nothing (--option nullReads=exact: it saw an empty register).',
    },
  ];
  const initial = areSeveral ? firstValues(history) : firstValue(history);
  if (initial !== undefined) {
    const text = JSON.stringify(initial);
    const why = `Registers are taken to begin with ${text}, which was read before any write (--option initial=VALUE).`;
    assumptions.push({ name: 'initial', value: initial, why });
  }
  return assumptions;
}

/**
 * The first value that was read; undefined where that is nil, or an update of any key had begun before, or a failed update
 * wrote just that value: then it was read although it never happened.
 */
function firstValue(history: History): JsonValue | undefined {
  const { columns, fNames } = history;
  const failed = new Set<string>();
  for (let index = 0; index < history.length; index++) {
    const f = fNames[columns.f[index] ?? 0];
    const type = columns.type[index];
    const value = columns.value[index] ?? NULL_CODE;
    if (type === TYPE_INVOKE && f !== 'read') {
      if (endsAs(history, index) !== TYPE_FAIL) return undefined;
      const written = history.decode(value);
      failed.add(JSON.stringify(f === 'cas' && Array.isArray(written) ? written[1] : written));
    }
    if (type === TYPE_OK && f === 'read' && value !== NULL_CODE) {
      const read = history.decode(value);
      return failed.has(JSON.stringify(read)) ? undefined : read;
    }
  }
  return undefined;
}

/**
 * Per key, the first value that a transaction read, where no transaction that may have written just that value had begun
 * before. Undefined where there is none.
 */
function firstValues(history: History): Readonly<Record<string, JsonValue>> | undefined {
  const { columns } = history;
  const written = new Set<string>();
  const first = new Map<string, JsonValue | undefined>();
  for (let index = 0; index < history.length; index++) {
    const type = columns.type[index];
    if (type !== TYPE_OK && !(type === TYPE_INVOKE && endsAs(history, index) !== TYPE_FAIL)) continue;
    const operations = history.decode(columns.value[index] ?? NULL_CODE);
    if (!Array.isArray(operations)) continue;
    for (const operation of operations as readonly JsonValue[]) {
      if (!Array.isArray(operation)) continue;
      const [name, key, value = null] = operation as readonly JsonValue[];
      const keyName = typeof key === 'string' ? key : JSON.stringify(key);
      if (name === 'write' || name === 'w') written.add(`${keyName} ${JSON.stringify(value)}`);
      else if (type === TYPE_OK && value !== null && !first.has(keyName)) {
        first.set(keyName, written.has(`${keyName} ${JSON.stringify(value)}`) ? undefined : value);
      }
    }
  }
  const known = [...first].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function endsAs(history: History, invocation: number): number | undefined {
  const pair = history.columns.pair[invocation] ?? -1;
  return pair < 0 ? undefined : history.columns.type[pair];
}
