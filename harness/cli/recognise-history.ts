import type { CheckerUse } from '../kernel/checker.ts';
import { TYPE_INVOKE, TYPE_OK, type History } from '../kernel/history.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { JsonValue } from '../kernel/json.ts';

/** The judges that a history's operations call for. */
export interface Recognised {
  readonly uses: readonly CheckerUse[];
  /** What the history was taken for, for people: `a bank`. */
  readonly what: string;
}

/** Entries that are looked at for what values look like. */
const SAMPLE_ENTRIES = 10_000;

/** A kind of history: what gives it away, and who judges it. */
interface Kind {
  readonly what: string;
  readonly fits: (seen: Seen) => boolean;
  readonly uses: (seen: Seen) => readonly CheckerUse[];
}

const linearizable = (model: string): readonly CheckerUse[] => [{ checker: 'linearizability', options: { model } }];
const by = (...checkers: readonly string[]): readonly CheckerUse[] => checkers.map((checker) => ({ checker }));

/** The first that fits. Names that only one kind of workload has come first. */
const KINDS: readonly Kind[] = [
  { what: 'a history without operations', fits: (seen) => seen.only(), uses: () => linearizable('cas-register') },
  {
    what: 'partitioned logs',
    fits: (seen) => seen.microOps('send', 'poll') || seen.has('poll'),
    uses: () => by('kafka'),
  },
  {
    what: 'transactions on lists',
    fits: (seen) => seen.microOps('append') || (seen.has('txn') && !seen.microOps('w', 'write') && seen.readsLists()),
    uses: () => by('list-append'),
  },
  {
    what: 'transactions on several registers at once',
    fits: (seen) => seen.has('txn') && seen.microOps('read', 'write'),
    uses: () => linearizable('multi-register'),
  },
  {
    what: 'groups of keys that are written once and read together',
    fits: (seen) => !seen.has('txn') && seen.microOps('w', 'r'),
    uses: () => by('long-fork'),
  },
  {
    what: 'transactions on registers',
    fits: (seen) => seen.has('txn') || seen.microOps('w', 'r'),
    uses: () => by('rw-register'),
  },
  {
    what: 'a bank',
    fits: (seen) => seen.has('transfer') || (seen.only('read') && seen.answersMaps('read')),
    uses: () => by('bank'),
  },
  { what: 'a generator of unique ids', fits: (seen) => seen.has('generate'), uses: () => by('unique-ids') },
  { what: 'a broadcast', fits: (seen) => seen.has('broadcast'), uses: () => by('broadcast') },
  { what: 'streams of changes', fits: (seen) => seen.has('watch'), uses: () => by('watch') },
  {
    what: 'a lock with fencing tokens',
    fits: (seen) => seen.has('acquire') && seen.hasTokens(),
    uses: () => by('lock'),
  },
  { what: 'a mutex', fits: (seen) => seen.only('acquire', 'release'), uses: () => linearizable('mutex') },
  { what: 'a queue that was drained', fits: (seen) => seen.has('drain'), uses: () => by('total-queue') },
  { what: 'a queue', fits: (seen) => seen.only('enqueue', 'dequeue'), uses: () => linearizable('fifo-queue') },
  { what: 'a stack', fits: (seen) => seen.only('push', 'pop', 'peek'), uses: () => linearizable('stack') },
  {
    what: 'a set with removals',
    fits: (seen) => seen.has('add') && (seen.has('remove') || seen.has('contains')),
    uses: () => linearizable('set'),
  },
  {
    what: 'a set',
    fits: (seen) => seen.has('add') && seen.answersLists('read'),
    uses: () => [{ checker: 'set', options: { level: 'linearizable' } }],
  },
  {
    what: 'a counter',
    fits: (seen) => seen.has('add') && seen.only('add', 'read'),
    uses: () => [...by('counter'), ...linearizable('counter')],
  },
  {
    what: 'inserts and reads of all of them',
    fits: (seen) => (seen.has('insert') || seen.has('write')) && seen.answersLists('read'),
    uses: () => by('causal-reverse'),
  },
  {
    what: 'values that only grow',
    fits: (seen) => !seen.only('read') && seen.only('inc', 'increment', 'read'),
    uses: () => by('monotonic'),
  },
  {
    what: 'a log',
    fits: (seen) => seen.has('append') && seen.has('read') && seen.only('append', 'read'),
    uses: () => linearizable('append-log'),
  },
  { what: 'a key-value store', fits: (seen) => seen.only('get', 'put', 'append'), uses: () => linearizable('kv') },
  { what: 'registers', fits: (seen) => seen.only('read', 'write', 'cas'), uses: () => linearizable('cas-register') },
];

/** Tells from the operations what a history is of. Throws HarnessError `usage` where they fit nothing. */
export function recogniseHistory(history: History): Recognised {
  const seen = new Seen(history);
  const kind = KINDS.find(({ fits }) => fits(seen));
  if (kind !== undefined) return { uses: kind.uses(seen), what: kind.what };
  const names = history.fNames.join(', ') || 'none';
  throw new HarnessError('usage', `cannot tell from the operations (${names}) what to check; say --checker or --model`);
}

/** What a history's operations look like. */
class Seen {
  readonly #names: ReadonlySet<string>;
  readonly #history: History;
  readonly #microOps: ReadonlySet<string>;

  constructor(history: History) {
    this.#history = history;
    this.#names = new Set(history.fNames);
    this.#microOps = microOpNames(history);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether all operations have these names. */
  only(...names: readonly string[]): boolean {
    return [...this.#names].every((name) => names.includes(name));
  }

  /** Whether values are lists of micro-operations and some of these names occur in them. */
  microOps(...names: readonly string[]): boolean {
    return names.some((name) => this.#microOps.has(name));
  }

  /** Whether some micro-operation `r` answered a list. */
  readsLists(): boolean {
    return this.#some(
      (f, type, value) =>
        f === 'txn' &&
        type === TYPE_OK &&
        Array.isArray(value) &&
        value.some((microOp) => Array.isArray(microOp) && microOp[0] === 'r' && Array.isArray(microOp[2])),
    );
  }

  /** Whether some answer to a function is a list. */
  answersLists(name: string): boolean {
    return this.#some((f, type, value) => f === name && type === TYPE_OK && Array.isArray(value));
  }

  /** Whether some answer to a function is a map. */
  answersMaps(name: string): boolean {
    return this.#some(
      (f, type, value) =>
        f === name && type === TYPE_OK && value !== null && typeof value === 'object' && !Array.isArray(value),
    );
  }

  /** Whether locks are given with a token, or used with one. */
  hasTokens(): boolean {
    return this.#some(
      (f, type, value) =>
        (f === 'acquire' && type === TYPE_OK && tokenIn(value)) ||
        (f === 'write' && type === TYPE_INVOKE && tokenIn(value)),
    );
  }

  #some(fits: (f: string, type: number, value: JsonValue) => boolean): boolean {
    const { columns, fNames } = this.#history;
    for (let index = 0; index < Math.min(this.#history.length, SAMPLE_ENTRIES); index++) {
      const f = fNames[columns.f[index] ?? 0] ?? '';
      if (fits(f, columns.type[index] ?? 0, this.#history.decode(columns.value[index] ?? 0) ?? null)) return true;
    }
    return false;
  }
}

function tokenIn(value: JsonValue): boolean {
  return typeof value === 'number' || (value !== null && typeof value === 'object' && 'token' in value);
}

function microOpNames(history: History): ReadonlySet<string> {
  const names = new Set<string>();
  for (let index = 0; index < Math.min(history.length, SAMPLE_ENTRIES); index++) {
    const value = history.decode(history.columns.value[index] ?? 0);
    if (!Array.isArray(value)) continue;
    for (const microOp of value as readonly JsonValue[]) {
      const [name]: readonly unknown[] = Array.isArray(microOp) ? microOp : [];
      if (typeof name === 'string') names.add(name);
    }
  }
  return names;
}
