import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { HarnessError } from '../kernel/harness-error.ts';
import type { ContainerFile } from '../kernel/target.ts';

/** More than this is a mistake: a context is sent to the engine as a whole. */
const BYTES_MAX = 256 * 2 ** 20;

/** All files of a build context but its Dockerfile. Rejects with a usage error where it is too large or not all plain files. */
export async function readBuildContext(directory: string, dockerfile: string): Promise<readonly ContainerFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files: ContainerFile[] = [];
  let bytes = 0;
  for (const entry of entries.toSorted((left, right) => (pathOf(left) < pathOf(right) ? -1 : 1))) {
    const file = pathOf(entry);
    const name = path.relative(directory, file).split(path.sep).join('/');
    if (entry.isDirectory() || name === dockerfile || name.startsWith('.git/')) continue;
    if (name === '.dockerignore') {
      throw new HarnessError('usage', `${file} is not supported: build the image yourself and name it with image`);
    }
    if (!entry.isFile())
      throw new HarnessError('usage', `${file} is no plain file, which a build context may hold only`);
    const { size, mode } = await stat(file);
    bytes += size;
    if (bytes > BYTES_MAX) {
      throw new HarnessError('usage', `the build context ${directory} holds more than ${BYTES_MAX / 2 ** 20} MiB`);
    }
    files.push({ path: name, content: await readFile(file), mode: mode & 0o777 });
  }
  return files;
}

function pathOf(entry: { readonly parentPath: string; readonly name: string }): string {
  return path.join(entry.parentPath, entry.name);
}
