import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { LogFile } from './log-file.ts';

describe('LogFile', () => {
  let directory = '';
  const path = (): string => join(directory, 'log');

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'faultline-log-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function written(...batches: readonly unknown[][]): Promise<void> {
    const { log } = await LogFile.open(path());
    for (const batch of batches) {
      for (const record of batch) log.append(record as never);
      await log.flush();
    }
    await log.close();
  }

  async function read(): Promise<readonly unknown[]> {
    const { log, records } = await LogFile.open(path());
    await log.close();
    return records;
  }

  it('gives back what was flushed, in order', async () => {
    await written([1, 'two'], [{ three: [3] }, null]);
    expect(await read()).toEqual([1, 'two', { three: [3] }, null]);
  });

  it('does not keep what was only appended', async () => {
    const { log } = await LogFile.open(path());
    log.append(1);
    await log.flush();
    log.append(2);
    await log.close();
    expect(await read()).toEqual([1]);
  });

  it('replaces everything by a rewrite, and goes on behind it', async () => {
    const { log } = await LogFile.open(path());
    log.append('old');
    await log.flush();
    log.append('never shown');
    log.rewrite(['a', 'b']);
    log.append('c');
    await log.flush();
    log.append('d');
    await log.flush();
    await log.close();
    expect(await read()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('drops a torn last record wherever it was torn, and goes on cleanly', async () => {
    await written(['first', 'grüße']);
    const whole = await readFile(path());
    const firstLength = whole.indexOf('\n') + 1;
    for (let length = firstLength; length < whole.length; length++) {
      await writeFile(path(), whole.subarray(0, length));
      await written(['next']);
      expect(await read()).toEqual(['first', 'next']);
    }
  });

  it('drops a last record whose checksum is wrong', async () => {
    await written(['first', 'second']);
    await appendFile(path(), '00000000 "third"\n');
    expect(await read()).toEqual(['first', 'second']);
  });

  it('refuses a file that is damaged before its end', async () => {
    await written(['first', 'second', 'third']);
    const text = await readFile(path(), 'utf8');
    await writeFile(path(), text.replace('second', 'secund'));
    await expect(read()).rejects.toThrow(/damaged at byte 17, before its end/);
  });
});

describe('crc32', () => {
  it('agrees with the published check value', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});
