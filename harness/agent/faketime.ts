import { existsSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { packTar } from '../environments/docker/tar.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { ContainerFile } from '../kernel/target.ts';
import { engineMessage, type DockerEngine } from './docker-engine.ts';

/** What a container needs from its start, so that libfaketime can move its clock later. */
export interface FaketimeContainerSpec {
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly ContainerFile[];
}

// In the root folder, because it exists in every image; the engine makes missing folders unreadable for ordinary users.
const LIBRARY_IN_CONTAINER = '/faultline-faketime.so.1';
const OFFSET_IN_CONTAINER = '/faultline-faketime.offset';

const LIBRARY_CANDIDATES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib64/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
] as const;

/** The host's libfaketime for programs with threads; undefined where it is not installed. */
export function faketimeLibrary(): string | undefined {
  return LIBRARY_CANDIDATES.find((path) => existsSync(path));
}

/**
 * Environment and files to add to a container whose clock is to be moved by libfaketime. The offset file starts at zero,
 * is read at every clock call, and the monotonic clock is left alone.
 *
 * Known limits: programs that do not take time from the C library (Go) are not moved; images with another C library than
 * glibc cannot load it; programs with jemalloc (Redis of Debian) do not start.
 *
 * @throws HarnessError `environment` where the library is not installed on this host.
 */
export function faketimeContainerSpec(): FaketimeContainerSpec {
  const library = faketimeLibrary();
  if (library === undefined) {
    throw new HarnessError('environment', 'libfaketime is not installed on this host; apt-get install libfaketime');
  }
  return {
    environment: {
      LD_PRELOAD: LIBRARY_IN_CONTAINER,
      FAKETIME_TIMESTAMP_FILE: OFFSET_IN_CONTAINER,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    files: [
      { path: LIBRARY_IN_CONTAINER, content: readFileSync(library), mode: 0o755 },
      { path: OFFSET_IN_CONTAINER, content: faketimeOffset(0), mode: 0o644 },
    ],
  };
}

/** The offset as libfaketime reads it: signed seconds, to the microsecond. */
export function faketimeOffset(offsetMs: number): string {
  const seconds = Math.abs(offsetMs / 1000).toFixed(6);
  return `${offsetMs < 0 ? '-' : '+'}${seconds}\n`;
}

/**
 * Sets the offset of a container that was started with {@link faketimeContainerSpec}: at once where it runs, for its next
 * start where it does not. `pid` is a process in it, 0 where none runs.
 */
export async function setFaketime(
  engine: DockerEngine,
  containerId: string,
  pid: number,
  offsetMs: number,
): Promise<void> {
  if (pid !== 0) {
    replaceOffset(pid, offsetMs);
    return;
  }
  const archive = packTar([{ path: OFFSET_IN_CONTAINER, content: faketimeOffset(offsetMs) }]);
  const answer = await engine.call('PUT', `/containers/${containerId}/archive?path=/`, { body: archive });
  if (answer.status !== 200) throw new Error(`the offset file of libfaketime: ${engineMessage(answer)}`);
}

/** The offset now in the file, in milliseconds; undefined where the container has none. */
export function readFaketime(pid: number): number | undefined {
  try {
    const seconds = Number.parseFloat(readFileSync(`/proc/${pid}/root${OFFSET_IN_CONTAINER}`, 'utf8'));
    return Number.isNaN(seconds) ? undefined : Math.round(seconds * 1e6) / 1e3;
  } catch {
    return undefined;
  }
}

/** Whether the program really has the library loaded; a program without the dynamic loader ignores LD_PRELOAD. */
export function hasFaketimeLoaded(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8').includes(LIBRARY_IN_CONTAINER);
  } catch {
    return false;
  }
}

/** Replaced in one step: a program that reads a half-written file would take time from nonsense. */
function replaceOffset(pid: number, offsetMs: number): void {
  const path = `/proc/${pid}/root${OFFSET_IN_CONTAINER}`;
  const partial = `${path}.${process.pid}`;
  rmSync(partial, { force: true });
  const file = openSync(partial, 'wx', 0o644);
  try {
    writeSync(file, faketimeOffset(offsetMs));
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}
