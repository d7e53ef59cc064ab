import { z } from 'zod';
import { ENVIRONMENT_KINDS } from '../kernel/environment.ts';
import { FAULT_KINDS } from '../kernel/fault.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { readJson } from './run-folder.ts';
import type { RunRequest } from './run-record.ts';

/** What pages and lists show of a request. */
const plan = z.object({
  request: z.object({
    target: z.string(),
    environment: z.enum(ENVIRONMENT_KINDS),
    workload: z.string(),
    nodes: z.array(z.string()),
    timeLimitMs: z.number(),
    faults: z.array(z.enum(FAULT_KINDS)),
    seed: z.string(),
    settings: z.record(z.string(), z.json()),
  }),
});

/** What a run that has no result yet was asked to be. Throws a usage error of one line for a plan that is none. */
export function readRunRequest(planFile: string): RunRequest {
  const value = readJson(planFile);
  const parsed = plan.safeParse(value);
  if (parsed.success) return (value as { readonly request: RunRequest }).request;
  const place = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new HarnessError('usage', `${planFile} is damaged: expected the plan of a run, and ${place || 'it'} is none`);
}
