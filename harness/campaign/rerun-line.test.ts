import path from 'node:path';
import { expect, it } from 'vitest';
import { referenceFromHere } from '../cli/campaign-run-arguments.ts';
import type { CampaignRun } from '../store/campaign-record.ts';
import { rerunLine } from './rerun-line.ts';

it('names modules as the working directory sees them, and built-in parts by their names', () => {
  const run: CampaignRun = {
    id: '0',
    target: './own target.ts',
    workload: 'register',
    environment: 'sim',
    faultPackage: 'none',
    faults: [],
    seed: '1',
    parameters: {},
  };
  const line = (base: string): string => rerunLine(run, (name) => referenceFromHere(name, base));
  expect(line(path.resolve('ci'))).toBe(
    "faultline run './ci/own target.ts' --env sim --workload register --faults none --seed 1",
  );
  expect(line(path.resolve('..'))).toContain("run '../own target.ts' --env");
});
