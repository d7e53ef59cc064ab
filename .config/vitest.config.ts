import { defineConfig } from 'vitest/config';

const unit = [
  'harness/**/*.test.ts',
  'checkers/**/*.test.ts',
  'workloads/**/*.test.ts',
  'targets/**/*.test.ts',
  'reports/**/*.test.ts',
  'bench/**/*.test.ts',
];
const docker = ['**/*.docker.test.ts'];
const never = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    reporters: ['default', './.config/closing-line-reporter.mjs'],
    projects: [
      { extends: true, test: { name: 'unit', include: unit, exclude: [...docker, ...never], testTimeout: 60_000 } },
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
        },
      },
    ],
  },
});
