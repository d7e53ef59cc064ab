import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultline } from './testing/run-faultline.ts';

const corpus = process.env['FAULTLINE_CORPUS'];
if (corpus === undefined) console.warn('skipped: FAULTLINE_CORPUS does not name the folder of histories');

/** Stale reads of nil, values nobody wrote and the like, which the tool of origin lets pass: see docs/decisions/0010. */
const STRONGER: readonly string[] = [
  'elle/cyclic-versions.edn',
  'elle/micro.jsonl#10',
  'elle/micro.jsonl#18',
  'elle/micro.jsonl#19',
  'elle/micro.jsonl#20',
  'elle/micro.jsonl#21',
  'elle/micro.jsonl#22',
  'elle-cli/elle/rw-register.edn',
  'elle-cli/elle/rw-register.json',
  'elle/sim/brat-n20-c3-s1.register.jsonl',
  'elle/sim/prefix-n20-c10-s1.register.jsonl',
  'elle/sim/si-n100-c3-s1.register.jsonl',
  'elle/sim/si-n1000-c10-s1.register.jsonl',
  'elle/sim/si-n1000-c3-s1.register.jsonl',
];

/** Histories in which nothing was answered, or which hold nothing: see docs/decisions/0014. */
const WITHOUT_POWER: readonly string[] = [
  'knossos/cas-register/good/mongodb-v0-ack-rollback-.edn',
  'knossos/cas-register/good/mongodb-v0-ack-rollback-10.edn',
  'knossos/cas-register/good/mongodb-v0-ack-rollback-11.edn',
];

/** What the index expects of `faultline check FILE` without any option, and the level where the index names one. */
function expectations(line: string): readonly { readonly level?: string; readonly verdict: string }[] {
  const weak = /"CC (ok|bad), RA (ok|bad), RC (ok|bad)"/.exec(line);
  if (weak !== null) {
    const names = ['causal', 'read-atomic', 'read-committed'];
    return names.map((level, index) => ({ level, verdict: weak[index + 1] === 'ok' ? 'valid' : 'invalid' }));
  }
  const isBad = /,bad|strict-ser=false|strict-ser=error|not in test\.sh/.test(line);
  return [{ verdict: isBad ? 'invalid' : 'valid' }];
}

describe.skipIf(corpus === undefined)('faultline check on the corpus, without options', () => {
  const lines = corpus === undefined ? [] : readFileSync(join(corpus, 'index.csv'), 'utf8').split('\n').slice(1);
  const known = lines.filter((line) => line !== '' && !line.includes('none (empty file)'));

  for (const source of ['porcupine', 'knossos', 'limo', 'elle', 'elle-cli', 'awdit']) {
    it(`${source}: every verdict of the index, within 5 s`, async () => {
      const wrong: string[] = [];
      for (const line of known.filter((each) => each.startsWith(`${source}/`))) {
        const [file = ''] = line.split(',');
        for (const { level, verdict } of expectations(line)) {
          const asked = level === undefined ? [] : ['--level', level];
          const { stdout, stderr } = await faultline('check', join(corpus ?? '', file), '--json', ...asked);
          const stronger = STRONGER.includes(file) ? 'invalid' : verdict;
          const expected = WITHOUT_POWER.includes(file) ? 'unknown' : stronger;
          const came = stdout === '' ? { verdict: stderr, checks: [] } : (JSON.parse(stdout) as Came);
          const elapsedMs = came.checks.reduce((sum, check) => sum + check.elapsedMs, 0);
          if (came.verdict !== expected || elapsedMs > 5000) {
            wrong.push(`${file} ${level ?? ''}: ${came.verdict} in ${elapsedMs} ms, expected ${expected}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    });
  }
});

interface Came {
  readonly verdict: string;
  readonly checks: readonly { readonly elapsedMs: number }[];
}
