import { execa } from 'execa';

import { HarnessError } from '../../kernel/harness-error.ts';
import type { DockerEngine, Progress } from './engine.ts';

/** The image that every Dockerfile of ours starts from. */
export const BASE_IMAGE = 'debian:bookworm-slim';
const SUITE = 'bookworm';
const LINES_SHOWN_ON_FAILURE = 15;

/**
 * Makes {@link BASE_IMAGE} out of Debian's packages, for machines that reach a Debian mirror but no image registry.
 * Takes about half a minute and needs root and `mmdebstrap`. Does nothing where the image is present.
 *
 * Answers whether it was made. Rejects with a HarnessError of code `image`.
 */
export async function bootstrapBaseImage(
  engine: DockerEngine,
  progress: Progress,
  signal: AbortSignal,
): Promise<boolean> {
  if ((await engine.image(BASE_IMAGE)) !== undefined) return false;
  progress(`making ${BASE_IMAGE} with mmdebstrap`);
  const bootstrap = execa('mmdebstrap', ['--variant=minbase', SUITE, '-'], {
    buffer: { stdout: false },
    stdin: 'ignore',
    cancelSignal: signal,
    reject: false,
  });
  const [importing, made] = await Promise.allSettled([
    engine.importImage(BASE_IMAGE, bootstrap.stdout, signal),
    bootstrap,
  ]);
  signal.throwIfAborted();
  if (made.status === 'rejected' || made.value.failed) {
    // The import of a broken archive may have left half an image under the name.
    await engine.removeImage(BASE_IMAGE);
    throw bootstrapError(made.status === 'rejected' ? made.reason : made.value);
  }
  if (importing.status === 'rejected') throw importing.reason;
  return true;
}

function bootstrapError(outcome: unknown): HarnessError {
  const { code, stderr } = outcome as { readonly code?: string; readonly stderr?: string };
  if (code === 'ENOENT') {
    return new HarnessError('image', 'mmdebstrap is not installed: install it with apt-get install mmdebstrap');
  }
  const lines = (stderr ?? '').trim().split('\n').slice(-LINES_SHOWN_ON_FAILURE);
  return new HarnessError('image', `mmdebstrap could not make ${BASE_IMAGE}: ${lines.at(-1) ?? 'it said nothing'}`, {
    cause: outcome,
    detail: lines.join('\n'),
  });
}
