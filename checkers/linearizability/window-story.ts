import type { JsonObject } from '../../harness/kernel/json.ts';
import type { Operations } from '../judging/operations.ts';
import { capital, plain, who } from '../judging/wording.ts';
import { candidateOrders, type DeadEnd, type OrderedObject } from './candidate-orders.ts';
import type { EvidenceEffort } from './evidence-effort.ts';
import { describeCall, describeOperation } from './describe-operation.ts';

/** A window whose operations have no order, and the object that they are about. */
export interface Window<State> {
  readonly object: OrderedObject<State>;
  /** The state in words: `5`, `held by process 3`. */
  describeState(state: State): string;
  /** What an operation asked and answered, where the model says it in words of its own. */
  describeOp?(op: number): string | undefined;
}

/** How a window is told. */
export interface WindowStory {
  readonly message: string;
  /** `orders`: where each order of the window ends and why; `triedAllOrders`: false where more were not tried. */
  readonly detail: JsonObject;
}

/** Operations that a sentence names before it says "and so many more". */
export const MOST_NAMED = 6;
/** Orders in `detail`, and operations tried to find them: some milliseconds. */
const MOST_ORDERS = 8;
const WINDOW_STEPS = 20_000;
/** The same for everything that was answered before, where one answer contradicts that: a tenth of a second or so. */
const PREFIX_STEPS = 150_000;
/** States that a sentence names. */
const STATES_NAMED = 3;
/** Operations of an order that are named one by one. */
const NAMED_IN_ORDER = 3;

/** Tells a window: what is wrong with it (`reason`, a clause), its operations, and what the most telling order contradicts. */
export function tellWindow<State>(
  operations: Operations,
  window: Window<State>,
  reason: string,
  effort: EvidenceEffort,
): WindowStory {
  const { object } = window;
  const { found, isWhole } = candidateOrders(object, { most: MOST_ORDERS, steps: WINDOW_STEPS, effort });
  const first = found.find(({ order }) => order.length > 0);
  const example =
    first === undefined
      ? []
      : [`${found.length > 1 ? 'for example, ' : ''}${contradiction(operations, window, first)}`];
  return {
    message: listed(operations, window, reason, example),
    detail: {
      orders: found.map((end) => ({
        order: end.order.map((op) => object.call[op] as number),
        refused: object.call[end.refused] as number,
        contradiction: `${capital(contradiction(operations, window, end))}.`,
      })),
      triedAllOrders: isWhole,
    },
  };
}

/** The sentence of a window: what is wrong with it, its operations, and what else there is to say. */
export function listed<State>(
  operations: Operations,
  window: Window<State>,
  reason: string,
  example: readonly string[] = [],
): string {
  const ops = Array.from({ length: window.object.count }, (_, op) => op);
  const named = ops.slice(0, MOST_NAMED).map((op) => told(operations, window, op));
  const more = ops.length > MOST_NAMED ? [`and ${ops.length - MOST_NAMED} more`] : [];
  return `${capital(reason)}: ${[...named, ...more, ...example].join('; ')}.`;
}

/**
 * Tells an answer that no order of all that was answered before explains. `window` holds the operation alone, `prefix`
 * everything up to it, from which comes what the state would have been.
 */
export function tellImpossible<State>(
  operations: Operations,
  window: Window<State>,
  prefix: OrderedObject<State>,
  reason: string,
  effort: EvidenceEffort,
): WindowStory {
  const about = prefix.call.indexOf(window.object.call[0] as number);
  const { refusing, isWhole } = candidateOrders(prefix, { most: MOST_ORDERS, steps: PREFIX_STEPS, effort, about });
  const states = refusing.map((state) => window.describeState(state));
  const orders =
    isWhole && states.length < MOST_ORDERS ? 'in every order of what came before' : 'in the orders that were tried';
  const then =
    states.length === 0 ? '' : `; ${orders} the state was then ${states.slice(0, STATES_NAMED).join(' or ')}`;
  const more = states.length > STATES_NAMED ? ' or another' : '';
  return {
    message: `${capital(reason)}: ${told(operations, window, 0)}${then}${more}.`,
    detail: states.length === 0 ? {} : { states, triedAllOrders: isWhole },
  };
}

function told<State>(operations: Operations, window: Window<State>, op: number): string {
  return describeOperation(operations, window.object.call[op] as number, window.describeOp?.(op));
}

function contradiction<State>(
  operations: Operations,
  window: Window<State>,
  { order, state, refused }: DeadEnd<State>,
): string {
  const { object } = window;
  const brief = (op: number): string => {
    const entry = object.call[op] as number;
    const own = window.describeOp?.(op);
    return `${who(operations, entry)}'s ${own === undefined ? describeCall(operations, entry) : plain(own)}`;
  };
  const last = order.at(-1);
  const after =
    last === undefined
      ? 'at the beginning'
      : order.length <= NAMED_IN_ORDER
        ? `after ${order.map(brief).join(', then ')},`
        : `after ${order.length} of these operations, ${brief(last)} the last of them,`;
  return `${after} the state is ${window.describeState(state)}, which ${brief(refused)} contradicts`;
}
