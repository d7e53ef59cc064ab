import type { FaultAction, FaultSchedule } from '../kernel/fault.ts';
import type { Draw, Generator } from '../kernel/generator.ts';

interface TimedAction {
  readonly atNs: number;
  readonly action: FaultAction;
}

/**
 * A schedule as a generator for the nemesis: every start and stop at its time, counted from when it is first asked. Ends
 * after the last stop.
 */
export function scheduleGenerator(schedule: FaultSchedule): Generator {
  const actions: TimedAction[] = schedule
    .flatMap((fault): TimedAction[] => [
      { atNs: fault.startNs, action: { action: 'start', fault } },
      { atNs: fault.startNs + fault.durationNs, action: { action: 'stop', faultId: fault.id } },
    ])
    .sort((left, right) => left.atNs - right.atNs);
  return { draw: (ctx) => from(actions, 0, ctx.nowNs).draw(ctx) };
}

function from(actions: readonly TimedAction[], index: number, originNs: number): Generator {
  const self: Generator = {
    draw(ctx): Draw {
      const due = actions[index];
      if (due === undefined) return { kind: 'done' };
      const atNs = originNs + due.atNs;
      if (ctx.nowNs < atNs) return { kind: 'pending', scope: 'all', untilNs: atNs, next: self };
      return { kind: 'fault', action: due.action, next: from(actions, index + 1, originNs) };
    },
  };
  return self;
}
