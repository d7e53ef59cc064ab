import type { FaultCapability, FaultKind } from '../../kernel/fault.ts';
import type { Target } from '../../kernel/target.ts';
import { PROBES } from './judge-fault.ts';

/** By which means a fault is carried out on containers of a target, and what will look at it. */
export function faultCapability(kind: FaultKind, target: Target): FaultCapability {
  if (target.docker === undefined) {
    return { available: false, reason: `target ${target.name} does not run in docker` };
  }
  switch (kind) {
    case 'partition':
      return {
        available: true,
        mechanism: 'iptables, in the network namespaces of the nodes',
        probe: PROBES.partition,
      };
    case 'kill':
      return { available: true, mechanism: 'SIGKILL, then docker start', probe: PROBES.kill };
    case 'pause':
      return { available: true, mechanism: 'cgroup freezer', probe: PROBES.pause };
    case 'clock': {
      const { clockProbe } = target.docker;
      const mechanism = 'vdso: the clock functions of the running processes';
      if (clockProbe === undefined) return { available: true, mechanism, probe: 'none' };
      return { available: true, mechanism, probe: clockProbe.name, resolution: `${clockProbe.resolutionMs} ms` };
    }
  }
}
