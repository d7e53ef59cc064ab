import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAnyHistory } from '../harness/history/index.ts';
import { optionNamesOf } from './checker-options.ts';
import { runCheck } from './run-check.ts';

const PAGE = readFileSync(new URL('../docs/workload-checks.md', import.meta.url), 'utf8');
const examples = [...PAGE.matchAll(/^## ([\w-]+): (\w+)\n.*?```jsonl\n(.*?)```/gms)].map(
  ([, checker = '', verdict = '', text = '']) => ({ checker, verdict, text }),
);
const rows = [...PAGE.matchAll(/^\| (`[^|]+) \|[^|]*\|([^|]*)\|[^|]*\|$/gm)].flatMap(([, names = '', options = '']) =>
  [...names.matchAll(/`([\w-]+)`/g)].map(([, checker = '']) => ({
    checker,
    options: new Set([...options.matchAll(/`([\w-]+)`/g)].map(([, option = '']) => option)),
  })),
);
const folder = mkdtempSync(path.join(tmpdir(), 'faultline-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page about workload checks', () => {
  it.each(examples)('$checker judges its example $verdict', async ({ checker, verdict, text }) => {
    const file = path.join(folder, `${checker}.jsonl`);
    writeFileSync(file, text);
    const { history } = readAnyHistory(file);
    expect((await runCheck(history, { checker })).verdict).toBe(verdict);
  });

  it('has an example of most, and a line for each', () => {
    expect(examples).toHaveLength(11);
    expect(rows).toHaveLength(15);
  });

  it.each(rows)('names every option of $checker', ({ checker, options }) => {
    for (const option of optionNamesOf(checker)) expect(options).toContain(option);
  });
});
