import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Attempt } from '../judging/attempts.ts';
import type { Budget } from '../judging/budget.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';

type Identity = number | string;

/** A final read: when it was made, and what it saw. */
interface Look {
  readonly from: number;
  readonly to: number;
  readonly values: ReadonlySet<Identity>;
}

/** Registers with more places than this are not tried in every order. */
const PLACES_TRIED = 16;

/**
 * Whether the differences between final reads could be updates in doubt that took effect between them, in an order of the
 * reads that agrees with real time. Says yes where that cannot be told. When an update in doubt began is not asked.
 *
 * Sets: O(reads² * size). Registers: exponential in the number of places at worst, at most {@link PLACES_TRIED}.
 */
export function couldHaveChangedMeanwhile(
  operations: Operations,
  reads: Iterable<number>,
  attempts: ReadonlyMap<Identity, Attempt>,
  budget: Budget,
): boolean {
  const answers = [...reads].map((read) => ({
    read,
    answer: operations.history.decode(operations.output(read)) ?? null,
  }));
  const looks = answers.map(({ read, answer }): Look => ({
    from: read,
    to: operations.completion(read),
    values: new Set((Array.isArray(answer) ? (answer as readonly JsonValue[]) : [answer]).map(identityOf)),
  }));
  const inDoubt = (value: Identity): number => attempts.get(value)?.inDoubt ?? 0;
  return answers.some(({ answer }) => Array.isArray(answer))
    ? couldHaveGrown(looks, inDoubt, budget)
    : couldHaveBeenReplaced(looks, inDoubt, budget);
}

/** A set only grows: what one read lacks and another has must be in doubt, and no later read may lack what an earlier had. */
function couldHaveGrown(looks: readonly Look[], inDoubt: (value: Identity) => number, budget: Budget): boolean {
  return looks.every((one) =>
    looks.every((other) => {
      budget.step(one.values.size);
      const onlyOne = [...one.values].filter((value) => !other.values.has(value));
      if (onlyOne.some((value) => inDoubt(value) === 0)) return false;
      if (onlyOne.length > 0 && one.to < other.from) return false;
      // Neither may have what the other lacks.
      return onlyOne.length === 0 || [...other.values].every((value) => one.values.has(value));
    }),
  );
}

/** A register's value is replaced: each change to a value takes an update of that value in doubt, which happens once. */
function couldHaveBeenReplaced(looks: readonly Look[], inDoubt: (value: Identity) => number, budget: Budget): boolean {
  const valueOf = ({ values }: Look): Identity => values.values().next().value ?? 'null';
  const distinct = [...new Set(looks.map(valueOf))];
  if (looks.length > PLACES_TRIED) return distinct.some((value) => inDoubt(value) > 0);
  const dead = new Set<string>();
  const continueFrom = (left: readonly Look[], value: Identity, used: ReadonlyMap<Identity, number>): boolean => {
    // Whoever can have read the value that is there does so first: it is in nobody's way afterwards.
    const rest = withoutReaders(left, (look) => valueOf(look) === value);
    if (rest.length === 0) return true;
    const state = JSON.stringify([value, rest.map(({ from }) => from), [...used]]);
    budget.step(looks.length);
    if (dead.has(state)) return false;
    dead.add(state);
    return distinct.some((next) => {
      const times = used.get(next) ?? 0;
      if (next === value || times >= inDoubt(next)) return false;
      return continueFrom(rest, next, new Map(used).set(next, times + 1));
    });
  };
  return distinct.some((first) => continueFrom(looks, first, new Map()));
}

/** Leaves out, as long as there are any, those who read so and before whom nobody else has to read. */
function withoutReaders(looks: readonly Look[], reads: (look: Look) => boolean): readonly Look[] {
  const rest = looks.filter((look) => !reads(look) || looks.some((other) => !reads(other) && other.to < look.from));
  return rest.length === looks.length ? rest : withoutReaders(rest, reads);
}
