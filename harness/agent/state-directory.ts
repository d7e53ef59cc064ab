import { mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../kernel/harness-error.ts';

/**
 * The folder where journals of runs outlive the processes that wrote them: `$XDG_STATE_HOME/faultline`,
 * `/var/lib/faultline` for root, `~/.local/state/faultline` for others, else a folder of the user's in the temporary
 * directory. Made, readable by the user only, when it does not exist. The same in every session of one user.
 *
 * @throws HarnessError `storage` where none of them can be made.
 */
export function stateDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const { uid } = userInfo();
  const asked = environment['XDG_STATE_HOME'];
  const candidates = [
    ...(asked?.startsWith('/') ? [join(asked, 'faultline')] : []),
    uid === 0 ? '/var/lib/faultline' : join(homedir(), '.local/state/faultline'),
    join(tmpdir(), `faultline-${uid}`),
  ];
  for (const directory of candidates) {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      return directory;
    } catch {
      continue;
    }
  }
  throw new HarnessError(
    'storage',
    `cannot make a state directory, tried ${candidates.join(', ')}; set XDG_STATE_HOME`,
  );
}
