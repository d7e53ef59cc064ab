import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { corpusFolder } from './corpus-folder.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('corpusFolder', () => {
  it.each([undefined, '', ' '])('%j: none, and says why', (named) => {
    vi.stubEnv('FAULTLINE_CORPUS', named);
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    expect(corpusFolder()).toBeUndefined();
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^corpus tests skipped: FAULTLINE_CORPUS does not name/)]]);
  });

  it('is the folder that is named', () => expect(corpusFolder(tmpdir())).toBe(tmpdir()));

  it('that is not there is an error', () => {
    expect(() => corpusFolder(path.join(tmpdir(), 'no', 'such'))).toThrow(/^FAULTLINE_CORPUS is ".*such": there is no/);
  });
});
