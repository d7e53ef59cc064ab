import type { JsonValue } from '../../harness/kernel/json.ts';
import { keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import type { ViolationKind } from '../judging/sample-findings.ts';
import { listed, moment, ofKey, quote, when, who } from '../judging/wording.ts';
import { placesByState, type ReplicaFault } from './replica-judgement.ts';

/** How faults of the final reads are told. */
export function tellReplicaFault(
  operations: Operations,
  anomaly: ReplicaFault['anomaly'],
): ViolationKind<ReplicaFault> {
  return {
    anomaly,
    label: (fault) => `key ${quote(operations.history.decode(fault.key))}`,
    tell: (fault) => ({
      ...keyMember(operations, fault.key),
      ops: operations.entries([
        ...fault.byPlace.values(),
        ...[fault.update, fault.context].filter((op) => op !== undefined),
      ]),
      message: sentence(operations, fault),
    }),
  };
}

function sentence(operations: Operations, fault: ReplicaFault): string {
  const key = ofKey(operations, fault.key);
  const places = listed([...fault.byPlace.keys()]);
  switch (fault.anomaly) {
    case 'diverged':
      return `${whenFinal(operations)} the final reads${key} differ: ${listed(holders(operations, fault))}.`;
    case 'lost':
      return `The final read${key} from ${places} found ${fault.value === null ? 'nothing' : `the initial ${quote(fault.value)}`}, although the update by ${who(operations, fault.update ?? 0)} was acknowledged ${when(operations, fault.update ?? 0)}.`;
    case 'unexpected':
      return fault.update === undefined
        ? `The final read${key} from ${places} found ${quote(fault.value)}, which nobody ever wrote.`
        : `The final read${key} from ${places} found ${quote(fault.value)}, whose write by ${who(operations, fault.update)} at ${moment(operations, fault.update)} had definitely failed (${operations.errorCode(fault.update) || 'no reason given'}).`;
  }
}

/** Where nobody made faults, nothing was healed. */
function whenFinal(operations: Operations): string {
  return operations.history.faults.length > 0 ? 'After everything was healed' : 'At the end';
}

/** `n1 and n2 hold 5`, `n3 holds 7`; for sets what each place lacks of all that was found. */
function holders(operations: Operations, fault: ReplicaFault): string[] {
  const answers = placesByState(operations, fault.byPlace).map(({ places, read }) => ({
    places: listed(places),
    verb: places.length === 1 ? 'holds' : 'hold',
    answer: operations.history.decode(operations.output(read)),
  }));
  const union = new Set(
    answers.flatMap(({ answer }) => (Array.isArray(answer) ? (answer as readonly JsonValue[]) : [])),
  );
  return answers.map(({ places, verb, answer }) => {
    if (!Array.isArray(answer)) return `${places} ${verb} ${quote(answer)}`;
    const held = new Set<JsonValue>(answer as readonly JsonValue[]);
    const missing = [...union].filter((element) => !held.has(element));
    const but = missing.length === 0 ? 'everything' : `all but ${listed(missing.map(quote), 5)}`;
    return `${places} ${verb} ${but}`;
  });
}
