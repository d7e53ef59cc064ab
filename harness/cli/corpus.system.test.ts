import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFolder } from '../history/testing/corpus-folder.ts';
import { faultline } from './testing/run-faultline.ts';

const corpus = corpusFolder();

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
          const before = process.cpuUsage();
          const { stdout, stderr } = await faultline('check', join(corpus ?? '', file), '--json', ...asked);
          const expected = STRONGER.includes(file) ? 'invalid' : verdict;
          // Of the processor, threads included: the machine may have other work.
          const { user, system } = process.cpuUsage(before);
          const spentMs = (user + system) / 1000;
          const came = stdout === '' ? stderr : (JSON.parse(stdout) as { readonly verdict: string }).verdict;
          if (came !== expected || spentMs > 5000) {
            wrong.push(`${file} ${level ?? ''}: ${came} in ${spentMs} ms, expected ${expected}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    });
  }
});
