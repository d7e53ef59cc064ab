import { defineConfig } from 'vitest/config';

const folders = ['harness', 'checkers', 'workloads', 'targets', 'reports', 'bench'];
/** Need a Docker engine. */
const docker = ['**/*.docker.test.ts'];
/** Take seconds each: they start the command line, a browser, npm projects, processes or worker threads, or try thousands of cases. */
const system = ['**/*.system.test.ts', '**/*.browser.test.ts'];
const unit = folders.map((folder) => `${folder}/**/*.test.ts`);
const never = ['**/node_modules/**', '**/dist/**'];

// One group after the other, the fast ones first: what one project starts must not slow down another's.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    reporters: ['default', './.config/closing-line-reporter.mjs'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: unit,
          exclude: [...system, ...docker, ...never],
          testTimeout: 60_000,
          // These tests keep nothing in modules that others would notice: a process and its imports serve many files.
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: system,
          exclude: never,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'docker',
          include: docker,
          exclude: never,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Clusters share two cores and the engine: one file at a time keeps timings meaningful.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
