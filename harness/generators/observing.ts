import type { Generator, WorkerId } from '../kernel/generator.ts';
import type { Op } from '../kernel/op.ts';

type Observe = Pick<Generator, 'observe'>;

/**
 * The `observe` member of a generator that merely passes events on to its children: present only where some child
 * listens, so that the interpreter can skip trees that do not. `rebuild` makes the generator over the new children and is
 * only called when one of them changed.
 */
export function observing(
  children: readonly Generator[],
  self: () => Generator,
  rebuild: (children: readonly Generator[]) => Generator,
): Observe {
  if (!children.some((child) => child.observe !== undefined)) return {};
  return {
    observe(event: Op, worker: WorkerId): Generator {
      let changed = false;
      const next = children.map((child) => {
        const after = child.observe === undefined ? child : child.observe(event, worker);
        if (after !== child) changed = true;
        return after;
      });
      return changed ? rebuild(next) : self();
    },
  };
}

/** {@link observing} for a generator with one child. */
export function observingOne(
  child: Generator,
  self: () => Generator,
  rebuild: (child: Generator) => Generator,
): Observe {
  return observing([child], self, ([next = child]) => rebuild(next));
}
