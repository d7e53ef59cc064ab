import { faketimeLibrary } from '../agent/faketime.ts';
import { hostVdsoPatch } from '../agent/process-vdso.ts';
import { BASE_IMAGE } from '../environments/docker/bootstrap-base-image.ts';
import { connectDocker } from '../environments/docker/dockerode-engine.ts';
import type { EnvironmentKind } from '../kernel/environment.ts';
import { FAULT_KINDS } from '../kernel/fault.ts';
import { isHarnessError } from '../kernel/harness-error.ts';
import type { Target } from '../kernel/target.ts';
import { TARGET_NAMES, loadEnvironment, loadTarget } from './registry.ts';

/** One thing this machine can or cannot do. */
export interface Finding {
  readonly subject: string;
  readonly state: 'ok' | 'missing' | 'later';
  readonly detail: string;
  /** How to get what is missing. */
  readonly remedy?: string;
}

/** Looks at everything that runs need. Starts nothing and changes nothing. */
export async function checkUp(): Promise<readonly Finding[]> {
  const targets = await Promise.all(TARGET_NAMES.map(loadTarget));
  return [
    { subject: 'node', state: 'ok', detail: `${process.version} on ${process.platform}-${process.arch}` },
    { subject: 'environment sim', state: 'ok', detail: 'virtual time, needs nothing but Node' },
    ...(await faultFindings('sim', targets)),
    ...(await dockerFindings()),
    ...(await faultFindings('docker', targets)),
    ...clockFindings(),
    { subject: 'environment process', state: 'later', detail: 'not yet' },
  ];
}

async function dockerFindings(): Promise<readonly Finding[]> {
  const subject = 'environment docker';
  try {
    const engine = await connectDocker();
    const { version } = await engine.version();
    const base = await engine.image(BASE_IMAGE);
    return [
      { subject, state: 'ok', detail: `engine ${version}` },
      base === undefined
        ? {
            subject: 'base image',
            state: 'missing',
            detail: `${BASE_IMAGE} is not here; it is pulled when first needed`,
            remedy: 'without a registry: faultline images bootstrap makes it from Debian packages',
          }
        : { subject: 'base image', state: 'ok', detail: BASE_IMAGE },
    ];
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return [{ subject, state: 'missing', detail: error.message, remedy: 'install and start Docker, or use --env sim' }];
  }
}

/** Mechanism and probe of every fault kind, by the targets that the environment runs. */
async function faultFindings(kind: EnvironmentKind, targets: readonly Target[]): Promise<readonly Finding[]> {
  const environment = await loadEnvironment(kind);
  return FAULT_KINDS.flatMap((fault) => {
    const byText = new Map<string, { readonly state: Finding['state']; readonly names: string[] }>();
    for (const target of targets) {
      if ((kind === 'sim' ? target.sim : target.docker) === undefined) continue;
      const capability = environment.capability(fault, target);
      const resolution =
        capability.available && capability.resolution !== undefined ? ` (to ${capability.resolution})` : '';
      const text = capability.available
        ? `${capability.mechanism}; probe ${capability.probe}${resolution}`
        : capability.reason;
      const entry = byText.get(text) ?? { state: capability.available ? 'ok' : 'missing', names: [] };
      entry.names.push(target.name);
      byText.set(text, entry);
    }
    return [...byText].map(([text, { state, names }]) => ({
      subject: `  ${kind} ${fault}`,
      state,
      detail: byText.size === 1 ? text : `${names.join(', ')}: ${text}`,
    }));
  });
}

function clockFindings(): readonly Finding[] {
  const library = faketimeLibrary();
  const patch = hostVdsoPatch();
  return [
    typeof patch === 'string'
      ? { subject: '  clock by vdso', state: 'missing', detail: patch }
      : { subject: '  clock by vdso', state: 'ok', detail: 'any program, Go included, while it runs' },
    library === undefined
      ? {
          subject: '  clock by faketime',
          state: 'missing',
          detail: 'libfaketime is not installed',
          remedy: 'Debian: apt-get install libfaketime',
        }
      : { subject: '  clock by faketime', state: 'ok', detail: `${library}; programs that take time from libc` },
  ];
}
