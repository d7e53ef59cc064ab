import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openJournal, readJournals, removeJournal, runOfJournal, type JournalRecord } from './run-journal.ts';

const agent = { pid: 12, startTicks: 34, bootId: 'b' };
const RECORDS: readonly JournalRecord[] = [
  { type: 'run', runId: 'etcd/7', dockerSocket: '/s', agent },
  { type: 'pause', containerId: 'ünï' },
  { type: 'rules', containerId: 'c', inside: agent, chain: 'FL-1', command: 'iptables' },
];

function written(): { readonly directory: string; readonly path: string } {
  const directory = mkdtempSync(join(tmpdir(), 'faultline-journal-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const journal = openJournal(directory, 'etcd/7');
  for (const record of RECORDS) journal.append(record);
  return { directory, path: join(directory, readdirSync(directory)[0] ?? '') };
}

describe('the journal of a run', () => {
  test('gives back what was written, under the name of its run', () => {
    const { directory, path } = written();
    expect(readJournals(directory)).toEqual([{ path, records: RECORDS, damagedLines: 0 }]);
    expect(runOfJournal(path)).toBe('etcd/7');
    removeJournal(path);
    expect(readJournals(directory)).toEqual([]);
  });

  test('keeps every whole record before a torn end, wherever it was torn', () => {
    const { directory, path } = written();
    const bytes = readFileSync(path);
    const lastLine = bytes.subarray(0, -1).lastIndexOf('\n') + 1;
    for (let length = lastLine + 1; length < bytes.length - 1; length += 7) {
      writeFileSync(path, bytes.subarray(0, length));
      expect(readJournals(directory)[0]).toMatchObject({ records: RECORDS.slice(0, 2), damagedLines: 1 });
    }
  });

  test('keeps records after a damaged one: healing too much is better than too little', () => {
    const { directory, path } = written();
    writeFileSync(path, readFileSync(path, 'utf8').replace('ünï', 'uni'));
    expect(readJournals(directory)[0]).toMatchObject({ records: [RECORDS[0], RECORDS[2]], damagedLines: 1 });
  });

  test('goes on behind a torn end, and writes nothing twice', () => {
    const { directory, path } = written();
    appendFileSync(path, 'deadbeef {"type":"pau');
    const journal = openJournal(directory, 'etcd/7');
    expect(journal.records).toEqual(RECORDS);
    journal.append({ type: 'pause', containerId: 'ünï' });
    journal.append({ type: 'pause', containerId: 'other' });
    expect(readJournals(directory)[0]?.records).toEqual([...RECORDS, { type: 'pause', containerId: 'other' }]);
    journal.remove();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('a folder that is not there holds no journals', () => {
    expect(readJournals('/nonexistent/faultline')).toEqual([]);
  });
});
