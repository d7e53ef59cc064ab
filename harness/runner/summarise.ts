import type { FaultEvent } from '../kernel/fault.ts';
import { NO_PAIR, TYPE_FAIL, TYPE_INVOKE, TYPE_OK, type History } from '../kernel/history.ts';
import { describeFault } from '../nemesis/index.ts';
import type { FaultSummary, OutcomeCounts } from '../store/run-record.ts';

/** Operations by function and outcome. An operation without completion counts as `info`. O(n). */
export function countOutcomes(history: History): Readonly<Record<string, OutcomeCounts>> {
  const counts = history.fNames.map(() => ({ ok: 0, fail: 0, info: 0 }));
  const { type, f, pair } = history.columns;
  for (let index = 0; index < history.length; index++) {
    if (type[index] !== TYPE_INVOKE) continue;
    const of = counts[f[index] ?? 0];
    if (of === undefined) continue;
    const completion = pair[index] ?? NO_PAIR;
    const outcome = completion === NO_PAIR ? undefined : type[completion];
    if (outcome === TYPE_OK) of.ok++;
    else if (outcome === TYPE_FAIL) of.fail++;
    else of.info++;
  }
  return Object.fromEntries(history.fNames.map((name, code) => [name, counts[code] ?? { ok: 0, fail: 0, info: 0 }]));
}

/** One line per fault instance from its records, in order of start. */
export function summariseFaults(events: readonly FaultEvent[]): readonly FaultSummary[] {
  const byId = new Map<string, FaultEvent[]>();
  for (const event of events) {
    const own = byId.get(event.faultId);
    if (own === undefined) byId.set(event.faultId, [event]);
    else own.push(event);
  }
  return [...byId.values()].flatMap(summariseFault);
}

function summariseFault(events: readonly FaultEvent[]): readonly FaultSummary[] {
  const [first] = events;
  if (first === undefined) return [];
  const at = events.findIndex((event) => event.phase === 'healing');
  const healing = events[at];
  const observed = (at < 0 ? events : events.slice(0, at)).find((event) => event.observation !== undefined);
  const ended = at < 0 ? undefined : events.slice(at + 1).find((event) => event.observation !== undefined);
  const fault = events.find((event) => event.fault !== undefined)?.fault;
  const toNs = healing?.timeNs ?? ended?.timeNs;
  return [
    {
      id: first.faultId,
      name: first.kind,
      what: fault === undefined ? 'not resolved' : describeFault(fault),
      effect: observed?.phase ?? 'requested',
      probe: observed?.observation?.probe ?? 'none',
      fromMs: (observed?.observation?.firstSeenNs ?? first.timeNs) / 1e6,
      ...(toNs === undefined ? {} : { toMs: toNs / 1e6 }),
      healed: ended?.phase === 'healed',
      ...healOf(ended),
      detail: [observed?.observation?.detail ?? first.reason, ended?.observation?.detail].filter(Boolean).join('; '),
    },
  ];
}

function healOf(ended: FaultEvent | undefined): Pick<FaultSummary, 'heal'> {
  const phase = ended?.phase;
  return phase === 'healed' || phase === 'heal-failed' || phase === 'unverified' ? { heal: phase } : {};
}
