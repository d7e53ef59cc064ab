import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFolder } from '../../harness/history/testing/corpus-folder.ts';
import { readAnyHistory } from '../../harness/history/index.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { checkLinearizable } from '../check-linearizable.ts';
import { onlyOperations } from '../testing/overlapping-history.ts';

const corpus = corpusFolder();

interface Judged {
  readonly file: string;
  readonly model: string;
  readonly options: Readonly<Record<string, JsonValue>>;
  readonly expected: 'valid' | 'invalid';
}

/** Histories of single objects in the corpus, each with the options that its origin asks for. */
function judgedHistories(folder: string): Judged[] {
  const lines = readFileSync(join(folder, 'index.csv'), 'utf8').split('\n');
  return lines.flatMap((line): Judged[] => {
    const [file = ''] = line.split(',');
    // One log of Porcupine's is empty, and has no verdict.
    if (line.includes(',none (empty file),')) return [];
    const expected = /,ok,/.test(line) ? 'valid' : 'invalid';
    if (file.startsWith('porcupine/jepsen/')) {
      return [{ file, model: 'cas-register', options: { failedCas: 'all' }, expected }];
    }
    if (file.startsWith('porcupine/kv/')) return [{ file, model: 'kv', options: {}, expected }];
    if (file.startsWith('knossos/cas-register/')) {
      const initial = file.includes('rethink') ? null : 0;
      return [{ file, model: 'cas-register', options: { initial, nullReads: 'any', failedCas: 'ignore' }, expected }];
    }
    if (file.startsWith('knossos/mutex/') || file.startsWith('elle-cli/knossos/')) {
      return [{ file, model: 'mutex', options: {}, expected }];
    }
    if (file.startsWith('limo/')) {
      return [{ file, model: file.startsWith('limo/stack/') ? 'stack' : 'fifo-queue', options: {}, expected }];
    }
    return [];
  });
}

describe.skipIf(corpus === undefined)('histories with known verdicts', () => {
  for (const source of ['porcupine/jepsen', 'porcupine/kv', 'knossos', 'elle-cli/knossos', 'limo']) {
    it(`${source}: every verdict, and evidence that is wrong by itself`, () => {
      const judged = judgedHistories(corpus ?? '').filter(({ file }) => file.startsWith(source));
      expect(judged.length).toBeGreaterThan(0);
      const startMs = performance.now();
      const wrong = judged.flatMap(({ file, model, options, expected }) => {
        const { history } = readAnyHistory(join(corpus ?? '', file));
        const { verdict, findings, reason } = checkLinearizable(history, { model, options, limits: { timeMs: 5000 } });
        const alone = findings.map(
          ({ ops }) => checkLinearizable(onlyOperations(history, ops), { model, options }).verdict,
        );
        const asExpected = verdict === expected && alone.every((one) => one === 'invalid');
        return asExpected ? [] : [{ file, verdict, expected, alone, reason, ops: findings[0]?.ops.length }];
      });
      console.log(`${source}: ${judged.length} histories, ${Math.round(performance.now() - startMs)} ms in all`);
      expect(wrong).toEqual([]);
    });
  }
});
