import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { faultline } from './testing/run-faultline.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faultline-arguments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REGISTER = `{"process":0,"type":"invoke","f":"write","value":1}
{"process":0,"type":"ok","f":"write","value":1}`;
const LOCK = REGISTER.replaceAll('write', 'acquire');
const BANK = `{"process":0,"type":"invoke","f":"read","value":null}
{"process":0,"type":"ok","f":"read","value":{"a":1}}`;
const TXN = `{"process":0,"type":"invoke","f":"txn","value":[["append","x",1]]}
{"process":0,"type":"ok","f":"txn","value":[["append","x",1]]}`;

describe('faultline check, asked for what its judges cannot answer', () => {
  it.each([
    [TXN, ['--level', 'linearizable'], /level linearizable is about single objects/],
    [TXN, ['--checker', 'weak-isolation', '--level', 'prefix'], /check option level: expected one of .* "prefix"/],
    [REGISTER, ['--checker', 'guarantees', '--level', 'serializable'], /serializable cannot be told of registers/],
    [REGISTER, ['--option', 'nullReads=maybe'], /nullReads is exact or any; came "maybe"/],
    [LOCK, ['--model', 'semaphore', '--option', 'permits=x'], /permits must be a whole number .* "x"/],
    [BANK, ['--checker', 'bank', '--option', 'total=abc'], /check option total: expected a number, came "abc"/],
  ])('%#: one line, exit code 254', async (history, args, message) => {
    const file = path.join(folder, 'history.jsonl');
    writeFileSync(file, history);
    const { exitCode, stdout, stderr } = await faultline('check', file, ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 254, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').at(-1)).toMatch(message);
  });
});
