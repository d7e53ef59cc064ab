import type Docker from 'dockerode';

import { HarnessError } from '../../kernel/harness-error.ts';
import type { Progress } from './engine.ts';

const LINES_SHOWN_ON_FAILURE = 15;
const STEP_CHARS_SHOWN = 60;

/** One message of an engine that pulls, imports or builds. */
interface ProgressMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
}

/** Waits for the end of a pull or import. Rejects with an Error where the engine reports one. */
export async function followPull(docker: Docker, stream: NodeJS.ReadableStream, progress: Progress): Promise<void> {
  let shown = '';
  await follow(docker, stream, ({ status }) => {
    if (status === undefined || status === shown) return;
    shown = status;
    progress(status);
  });
}

/** Waits for the end of a build. A failed build rejects with the last lines of its output as detail. */
export async function followBuild(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  name: string,
  progress: Progress,
): Promise<void> {
  const lines: string[] = [];
  try {
    await follow(docker, stream, ({ stream: text }) => {
      for (const line of (text ?? '').split('\n').filter((part) => part.trim() !== '')) {
        lines.push(line);
        if (lines.length > LINES_SHOWN_ON_FAILURE) lines.shift();
        if (line.startsWith('Step ')) progress(`building ${name}: ${line.slice(0, STEP_CHARS_SHOWN)}`);
      }
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError('image', `building ${name} failed: ${reason.replace(/\s+/g, ' ').trim()}`, {
      cause: error,
      detail: lines.join('\n'),
    });
  }
}

/** An engine answers 200 before it begins; what goes wrong afterwards is one of its messages. */
function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onMessage: (message: ProgressMessage) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: string | undefined;
    const onFinished = (error: Error | null): void => {
      if (error !== null) reject(error);
      else if (failure === undefined) resolve();
      else reject(new Error(failure));
    };
    docker.modem.followProgress(stream, onFinished, (message: ProgressMessage) => {
      failure ??= message.error;
      onMessage(message);
    });
  });
}
