import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { corpusFolder } from '../../harness/history/testing/corpus-folder.ts';
import { readAnyHistory } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import { contextWith } from '../testing/sketch.ts';
import { LEVELS, type Level } from './levels.ts';
import { listAppendChecker } from './list-append/check-list-append.ts';
import { rwRegisterChecker } from './rw-register/check-rw-register.ts';
import { isConfirmed } from './testing/confirm-finding.ts';
import { findingAlone } from '../testing/finding-context.ts';
import { weakIsolationChecker } from './weak-isolation/check-weak-isolation.ts';

const corpus = corpusFolder();

/** A line of the corpus: Elle's verdict per level, perhaps with options after plus signs. */
interface Judged {
  readonly name?: string;
  readonly file?: string;
  readonly workload: 'append' | 'register';
  readonly verdicts: Readonly<Record<string, { readonly valid: string }>>;
}

const LIMIT_MS = 5000;

describe.skipIf(corpus === undefined)('transactions of the corpus', () => {
  const lines = (file: string): Judged[] =>
    readFileSync(join(corpus ?? '', file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Judged);
  const cases =
    corpus === undefined
      ? []
      : [
          ...lines('elle/micro.jsonl').map((judged, index) => ({ judged, path: `elle/micro.jsonl#${index + 1}` })),
          ...lines('elle/sim/verdicts.jsonl').map((judged) => ({ judged, path: `elle/sim/${judged.file}` })),
        ];
  for (const { judged, path } of cases) {
    it(`${path} ${judged.name ?? ''}: as Elle says, or more with evidence that brute force confirms`, () => {
      const { history } = readAnyHistory(join(corpus ?? '', path));
      for (const [asked, { valid }] of Object.entries(judged.verdicts)) {
        if (valid !== 'true' && valid !== 'false') continue;
        const [level, ...flags] = asked.split('+') as [Level, ...string[]];
        const options = {
          level,
          sequentialKeys: flags.includes('sequential-keys'),
          linearizableKeys: flags.includes('linearizable-keys'),
        };
        const checker = judged.workload === 'append' ? listAppendChecker : rwRegisterChecker;
        const result = checker.check(history, contextWith(options, { timeMs: LIMIT_MS }));
        if (valid === 'false') expect(result.verdict, asked).toBe('invalid');
        else if (result.verdict === 'invalid' && level === 'read-atomic' && judged.workload === 'append') {
          // Elle does not look for reads of a part of what a transaction appended, the other part afterwards or before.
          expect(['OTV', 'FracturedReadCO']).toContain(result.findings.map(({ anomaly }) => anomaly).join());
        } else if (result.verdict !== 'valid') {
          expect(judged.workload, `stronger than Elle at ${asked}`).toBe('register');
          const confirmed = result.findings.map((finding) => isConfirmed(history, finding, level));
          expect(confirmed, `stronger than Elle at ${asked}`).toContain(true);
          expect(confirmed).not.toContain(false);
        }
      }
    });
  }

  const files: readonly (readonly [
    file: string,
    judge: typeof listAppendChecker,
    expected: string,
    anomaly?: string,
  ])[] = [
    ['elle/paper-example.edn', listAppendChecker, 'invalid', 'G-single'],
    ['elle/huge-scc.edn', listAppendChecker, 'invalid', 'G2-item-realtime'],
    ['elle-cli/elle/list-append-gh-30.edn', listAppendChecker, 'invalid', 'G2-item'],
    ['elle/cyclic-versions.edn', rwRegisterChecker, 'invalid', 'garbage-read'],
    ['elle-cli/elle/rw-register.edn', rwRegisterChecker, 'invalid', 'garbage-read'],
    ['elle-cli/elle/rw-register.json', rwRegisterChecker, 'invalid', 'garbage-read'],
  ];
  for (const [file, checker, expected, anomaly] of files) {
    it(`${file}: ${expected}, ${anomaly}`, () => {
      const { history } = readAnyHistory(join(corpus ?? '', file));
      const result = checker.check(history, contextWith({}, { timeMs: LIMIT_MS }));
      expect(result.verdict).toBe(expected);
      expect(result.findings.map((finding) => finding.anomaly)).toContain(anomaly);
      for (const finding of result.findings) {
        const alone: History = findingAlone(history, finding).withWriters;
        expect(checker.check(alone, contextWith()).findings.map((each) => each.anomaly)).toContain(finding.anomaly);
      }
    });
  }

  it('the histories of AWDIT', () => {
    const index = readFileSync(join(corpus ?? '', 'index.csv'), 'utf8').split('\n');
    const known = index.flatMap((line) => {
      const [, file, verdicts] = /^(awdit\/[^,]+),.*"(CC [^"]*)"/.exec(line) ?? [];
      return file === undefined || verdicts === undefined ? [] : [{ file, verdicts }];
    });
    expect(known.length).toBeGreaterThan(0);
    for (const { file, verdicts } of known) {
      const { history } = readAnyHistory(join(corpus ?? '', file));
      const { facts } = weakIsolationChecker.check(history, contextWith({}, { timeMs: LIMIT_MS }));
      const says = (level: string): string => ((facts['possible'] as string[]).includes(level) ? 'ok' : 'bad');
      expect(`CC ${says('causal')}, RA ${says('read-atomic')}, RC ${says('read-committed')}`, file).toBe(verdicts);
    }
  });

  it('knows every level that Elle was asked for', () => {
    const asked = new Set(
      cases.flatMap(({ judged }) => Object.keys(judged.verdicts).map((name) => name.split('+')[0])),
    );
    for (const level of asked) expect(LEVELS).toContain(level);
  });
});
