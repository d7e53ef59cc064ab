import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { faketimeLibrary } from '../../agent/faketime.ts';
import { hostVdsoPatch } from '../../agent/process-vdso.ts';
import type { FaultCapability, FaultKind } from '../../kernel/fault.ts';
import type { Target } from '../../kernel/target.ts';
import { PROBES } from './judge-fault.ts';

/** By which means a fault is carried out on containers of a target here, and what will look at it. */
export function faultCapability(kind: FaultKind, target: Target): FaultCapability {
  if (target.docker === undefined) {
    return { available: false, reason: `target ${target.name} does not run in docker: use --env sim` };
  }
  switch (kind) {
    case 'partition':
      return withPrerequisites(['nsenter', 'iptables'], {
        available: true,
        mechanism: 'iptables, in the network namespaces of the nodes',
        probe: PROBES.partition,
      });
    case 'kill':
      return { available: true, mechanism: 'SIGKILL, then docker start', probe: PROBES.kill };
    case 'pause':
      return { available: true, mechanism: 'cgroup freezer', probe: PROBES.pause };
    case 'clock':
      return withPrerequisites([], clockCapability(target.docker.clockProbe));
  }
}

function clockCapability(probe: { readonly name: string; readonly resolutionMs: number } | undefined): FaultCapability {
  const patch = hostVdsoPatch();
  const seen = probe === undefined ? { probe: 'none' } : { probe: probe.name, resolution: `${probe.resolutionMs} ms` };
  if (typeof patch !== 'string') {
    return { available: true, mechanism: 'vdso: the clock functions of the running processes', ...seen };
  }
  if (faketimeLibrary() === undefined) return { available: false, reason: `clocks cannot be moved: ${patch}` };
  return { available: true, mechanism: 'libfaketime, with --clock-mechanism faketime', ...seen };
}

/** What enters other namespaces and memories needs root on the engine's own host, and its programs. */
function withPrerequisites(programs: readonly string[], capability: FaultCapability): FaultCapability {
  if (process.platform !== 'linux') return { available: false, reason: 'needs Linux on the host of the engine' };
  if (process.getuid?.() !== 0) return { available: false, reason: 'needs root on the host of the engine' };
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return capability;
  return { available: false, reason: `${missing.join(' and ')} missing: apt-get install iptables util-linux` };
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
