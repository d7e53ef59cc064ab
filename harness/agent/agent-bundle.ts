import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../kernel/harness-error.ts';

/** The one-file programs that `.config/bundle-agent.mjs` makes. */
export interface AgentBundle {
  readonly agent: string;
  readonly leaseThread: string;
}

let made = false;

/**
 * Where the bundled programs are. Run from sources they are bundled afresh once per process, so that tests never meet a
 * stale agent.
 *
 * @throws HarnessError `internal` where they cannot be found or made.
 */
export function agentBundle(): AgentBundle {
  const fromSources = import.meta.url.endsWith('.ts');
  const root = new URL(fromSources ? '../../' : '../../../', import.meta.url);
  if (fromSources && !made) {
    const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('.config/bundle-agent.mjs', root))], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new HarnessError('internal', 'the fault agent could not be bundled', { detail: stderr });
    made = true;
  }
  const bundle = {
    agent: fileURLToPath(new URL('dist/agent.mjs', root)),
    leaseThread: fileURLToPath(new URL('dist/agent-lease.mjs', root)),
  };
  if (!existsSync(bundle.agent)) {
    throw new HarnessError('internal', `the fault agent is missing at ${bundle.agent}; run npm run build`);
  }
  return bundle;
}
