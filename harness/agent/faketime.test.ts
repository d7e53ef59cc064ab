import { describe, expect, test } from 'vitest';
import { faketimeContainerSpec, faketimeLibrary, faketimeOffset } from './faketime.ts';

describe('libfaketime', () => {
  test.each([
    [0, '+0.000000\n'],
    [3_600_000, '+3600.000000\n'],
    [-1500.25, '-1.500250\n'],
    [0.001, '+0.000001\n'],
  ])('writes %d ms as it reads it', (offsetMs, text) => {
    expect(faketimeOffset(offsetMs)).toBe(text);
  });

  test.runIf(faketimeLibrary())('brings its library and starts at true time', () => {
    const { environment, files } = faketimeContainerSpec();
    expect(files.map(({ path }) => path)).toEqual([environment['LD_PRELOAD'], environment['FAKETIME_TIMESTAMP_FILE']]);
    expect(files[1]?.content).toBe('+0.000000\n');
  });

  test.runIf(!faketimeLibrary())('says what to install', () => {
    expect(() => faketimeContainerSpec()).toThrow('apt-get install libfaketime');
  });
});
