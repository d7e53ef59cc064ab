/**
 * Proves that the lint bites: writes files that break each import and determinism rule into the folders they guard, and
 * expects each to be reported. Lint globs that match nothing fail silently otherwise.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const canaries = {
  'harness/kernel/zz-canary.ts': `import '../history/index.ts';\nexport const now: number = Date.now();\n`,
  'harness/history/zz-canary.ts': `import '../runner/index.ts';\n`,
  'harness/generators/zz-canary.ts': `import '../runner/index.ts';\nexport const draw: number = Math.random();\n`,
  'harness/nemesis/zz-canary.ts': `import '../runner/index.ts';\n`,
  'harness/environments/sim/zz-canary.ts': `import '../docker/index.ts';\nexport const timer: unknown = setTimeout(() => undefined, 1);\n`,
  'checkers/zz-canary.ts': `import '../harness/runner/index.ts';\nexport const now: number = performance.now();\n`,
  'workloads/zz-canary.ts': `import '../harness/runner/index.ts';\n`,
  'targets/zz-canary.ts': `import '../harness/runner/index.ts';\n`,
  'reports/zz-canary.ts': `import '../harness/runner/index.ts';\n`,
};

try {
  for (const [file, text] of Object.entries(canaries)) writeFileSync(file, text);
  const { stdout } = spawnSync(
    process.execPath,
    ['node_modules/oxlint/bin/oxlint', '--format', 'unix', ...Object.keys(canaries)],
    {
      encoding: 'utf8',
    },
  );
  const silent = Object.entries(canaries).flatMap(([file, text]) => {
    const rules = [
      'no-restricted-imports',
      ...(/\b(Date|performance|setTimeout)\b/.test(text) ? ['no-restricted-globals'] : []),
    ];
    if (text.includes('Math.random')) rules.push('no-restricted-properties');
    return rules
      .filter((rule) => !stdout.split('\n').some((line) => line.includes(file) && line.includes(rule)))
      .map((rule) => `${file}: ${rule}`);
  });
  if (silent.length > 0) {
    process.stderr.write(`the lint does not bite:\n${silent.join('\n')}\n`);
    process.exitCode = 1;
  }
} finally {
  for (const file of Object.keys(canaries)) rmSync(file, { force: true });
}
