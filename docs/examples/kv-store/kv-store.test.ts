import { faultline } from 'faultline/vitest';
import { expect, test } from 'vitest';
import { target } from './target.ts';
import { workload } from './workload.ts';

test('stays linearizable while nodes are killed and frozen', { timeout: 120_000 }, async () => {
  const run = await faultline.run({ target, workload, faults: ['kill', 'pause'], timeLimitS: 8, seed: 7 });
  await expect(run).toBeLinearizable();
  await expect(run).toConverge();
  await expect(run).toKeepItsPromise();
});
