import type { FaultPort } from '../kernel/environment.ts';
import type {
  FaultAction,
  FaultEvent,
  FaultKind,
  FaultObservation,
  PlannedFault,
  ResolvedFault,
} from '../kernel/fault.ts';
import type { NodeId } from '../kernel/node.ts';
import type { Random } from '../kernel/random.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import { needsPrimaries, resolveFault } from './resolve-fault.ts';

/** What a nemesis works with. */
export interface NemesisOptions {
  readonly faults: FaultPort;
  readonly time: Scheduler;
  readonly nodes: readonly NodeId[];
  /** Every fault resolves its selectors from its own fork of this stream. */
  readonly random: Random;
  readonly record: (event: FaultEvent) => void;
}

/** A fault between its request and its healing. */
interface ActiveFault {
  readonly kind: FaultKind;
  /** Nodes that this fault keeps from running. */
  down: readonly NodeId[];
  /** What to do once it has been injected: a stop that came while it was still being injected. */
  whenInjected: (() => void) | undefined;
  injected: boolean;
  /** Whom to tell when it is healed; present while healing is under way. */
  healing: (() => void)[] | undefined;
}

/**
 * Carries out fault actions and records what was observed. Faults overlap; of one fault, injection always ends before
 * healing begins.
 */
export class Nemesis {
  readonly #options: NemesisOptions;
  readonly #active = new Map<string, ActiveFault>();

  constructor(options: NemesisOptions) {
    this.#options = options;
  }

  /** Starts an action and calls back when it has been carried out and probed. Never throws. */
  start(action: FaultAction, done: () => void): void {
    if (action.action === 'start') this.#inject(action.fault, done);
    else this.#heal(action.faultId, done);
  }

  /** Heals every fault that is on, all at once, and calls back when the last one was probed. */
  healAll(done: () => void): void {
    const ids = [...this.#active.keys()];
    let left = ids.length;
    if (left === 0) return done();
    for (const id of ids) {
      this.#heal(id, () => {
        if (--left === 0) done();
      });
    }
  }

  #inject(planned: PlannedFault, done: () => void): void {
    const { faults, nodes, random } = this.#options;
    const active: ActiveFault = {
      kind: planned.spec.kind,
      down: [],
      whenInjected: undefined,
      injected: false,
      healing: undefined,
    };
    this.#active.set(planned.id, active);
    const carryOut = (primaries: readonly NodeId[]): void => {
      const context = { nodes, primaries, random: random.fork(planned.id) };
      const resolved = planned.resolved ?? resolveFault(planned, context, this.#nodesDown());
      if (resolved.kind === 'kill' || resolved.kind === 'pause') active.down = resolved.nodes;
      this.#record(planned.id, resolved.kind, 'requested', { fault: resolved });
      faults.inject(resolved, (observation) => {
        this.#observed(resolved, observation);
        active.injected = true;
        done();
        active.whenInjected?.();
      });
    };
    if (planned.resolved === undefined && needsPrimaries(planned)) faults.primaries(carryOut);
    else carryOut([]);
  }

  #nodesDown(): ReadonlySet<NodeId> {
    return new Set([...this.#active.values()].flatMap((active) => active.down));
  }

  #heal(faultId: string, done: () => void): void {
    const active = this.#active.get(faultId);
    if (active === undefined) return done();
    if (!active.injected) {
      const before = active.whenInjected;
      active.whenInjected = () => {
        before?.();
        this.#heal(faultId, done);
      };
      return;
    }
    if (active.healing !== undefined) {
      active.healing.push(done);
      return;
    }
    const waiting = [done];
    active.healing = waiting;
    this.#record(faultId, active.kind, 'healing', {});
    this.#options.faults.heal(faultId, (observation) => {
      this.#active.delete(faultId);
      this.#record(faultId, active.kind, observation.phase, { observation });
      for (const tell of waiting) tell();
    });
  }

  #observed(fault: ResolvedFault, observation: FaultObservation): void {
    this.#record(fault.id, fault.kind, observation.phase, { fault, observation });
  }

  #record(
    faultId: string,
    kind: FaultKind,
    phase: FaultEvent['phase'],
    rest: Pick<FaultEvent, 'fault' | 'observation'>,
  ): void {
    this.#options.record({ faultId, kind, phase, timeNs: this.#options.time.nowNs(), ...rest });
  }
}
