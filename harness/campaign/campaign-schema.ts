import { z } from 'zod';
import { ENVIRONMENT_KINDS } from '../kernel/environment.ts';
import { CLOCK_MECHANISMS, FAULT_KINDS, TEMPOS } from '../kernel/fault.ts';
import { OBJECT_LEVELS } from '../kernel/target.ts';
import type { CampaignDefinition } from './campaign-definition.ts';

/** More runs than this in one campaign are taken for a mistake. */
export const MAX_PLANNED_RUNS = 100_000;

const name = z.string().min(1).max(200);
const environment = z.enum(ENVIRONMENT_KINDS);
const faultKind = z.enum(FAULT_KINDS);
const whole = z.int().min(1).max(1_000_000);
const atOnce = z.int().min(1).max(256);

const targetEntry = z
  .strictObject({
    name: name.describe('name of a target, or the path of its module relative to this file'),
    variant: name.optional().describe('named variant of the target'),
    mutant: name.optional().describe('planted bug of a reference target'),
    image: name.optional().describe("your own image instead of the target's (docker)"),
    environment: environment.optional().describe('where its cluster lives (default: sim where the target has one)'),
    nodes: z.int().min(1).max(1000).optional().describe("size of its cluster; wins over the parameter 'nodes'"),
  })
  .describe('a target with choices of its own');

const faultPackage = z.union([
  z.string().min(1).max(200).describe("'none', 'all' (the target's whole fault model), a kind, or kinds joined by +"),
  z.array(faultKind).min(1).describe('kinds of fault that happen in the same run'),
  z.strictObject({
    name: name.describe('what the package is called in selectors and on pages'),
    kinds: z.union([z.enum(['all', 'none']), z.array(faultKind).min(1)]),
  }),
]);

const seeds = z.union([
  z.int().min(1).max(MAX_PLANNED_RUNS).describe('how many: seeds 1 to that number'),
  z
    .string()
    .regex(/^\d{1,15}\.\.\d{1,15}$/, 'expected a range like 1..20')
    .describe('a range like 1..20, both ends included'),
  z
    .array(z.union([z.int(), name]))
    .min(1)
    .max(MAX_PLANNED_RUNS)
    .describe('the seeds themselves'),
]);

const parameters = z
  .strictObject({
    nodes: axis(z.int().min(1).max(1000)),
    tempo: axis(z.enum(TEMPOS)),
    'time-limit': axis(z.number().min(0.1).max(1_000_000)),
    concurrency: axis(whole.max(100_000)),
    rate: axis(z.number().min(0).max(1_000_000)),
    'op-timeout': axis(z.number().min(1).max(3_600_000)),
    keys: axis(whole.max(100_000)),
    'ops-per-key': axis(whole),
    level: axis(z.enum(OBJECT_LEVELS)),
    'clock-mechanism': axis(z.enum(CLOCK_MECHANISMS)),
    'ready-timeout': axis(z.number().min(1).max(3600)),
    'check-time-limit': axis(z.number().min(0.1).max(86_400)),
    'check-memory-limit': axis(z.number().min(16).max(1_000_000)),
    set: z.record(z.string(), axis(z.union([z.string(), z.number()]))).describe('settings of the environment by name'),
  })
  .partial();

/** One value, or a list of them that makes an axis of the matrix. */
function axis<T extends z.ZodType>(value: T): z.ZodUnion<readonly [T, z.ZodArray<T>]> {
  return z.union([value, z.array(value).min(1).max(1000)]);
}

const selector = {
  target: name.optional().describe('as written under targets'),
  variant: name.optional().describe("named variant; 'default' for the target without one"),
  mutant: name.optional().describe("planted bug; 'none' for the target without one"),
  workload: name.optional().describe('as written under workloads'),
  environment: environment.optional(),
  faults: name.optional().describe('name of the fault package'),
};

const exclusion = z
  .strictObject({
    ...selector,
    seed: z.union([z.string(), z.int()]).optional().describe('a seed, or a range like 2..10'),
    parameters: z.record(z.string(), z.json()).optional().describe('parameters with exactly these values'),
  })
  .describe('runs to leave out; a field that is absent means any');

const promise = z
  .strictObject({
    ...selector,
    promises: z.enum(OBJECT_LEVELS).describe('no run of the group may show anything that this level excludes'),
    keepsAcknowledged: z.boolean().optional().describe('no acknowledged write may be lost (default: false)'),
  })
  .describe('what a group of runs must keep');

const violation = z
  .strictObject({
    ...selector,
    shows: name.describe('the anomaly that the group is known to show'),
    atLeast: z.int().min(1).optional().describe('in at least so many runs (default: 1)'),
  })
  .describe('a known violation that must be seen: without it the campaign has lost its power');

const budget = z.strictObject({
  runs: z.int().min(1).optional().describe('runs that one sitting may make'),
  minutes: z.number().positive().optional().describe('after so many minutes no further run is begun'),
});

/** The shape of a campaign file. What a shape cannot say (names, contradictions) is judged while it is planned. */
export const campaignSchema: z.ZodType<CampaignDefinition> = z
  .strictObject({
    $schema: z.string().optional().describe('address of the JSON schema, for editors'),
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'expected letters, digits, dots, dashes and underscores, at most 80')
      .describe('names the folder of the campaign'),
    targets: z
      .array(z.union([name, targetEntry]))
      .min(1)
      .describe('systems under test'),
    workloads: z.array(name).min(1).optional().describe('what is done to them (default: register)'),
    faults: z.array(faultPackage).min(1).optional().describe('fault packages, one per run (default: all)'),
    seeds: seeds.optional().describe('seeds of every combination (default: 1)'),
    parameters: parameters.optional().describe("options by the run command's names; a list makes an axis"),
    exclude: z.array(exclusion).optional(),
    budget: budget.optional().describe('what one sitting may spend'),
    parallel: z
      .union([
        atOnce,
        z.strictObject({ sim: atOnce.optional(), process: atOnce.optional(), docker: atOnce.optional() }),
      ])
      .optional()
      .describe('runs at the same time (default: one per core in sim, one in process, one in docker)'),
    retries: z.int().min(0).max(10).optional().describe('further attempts after a failure of the harness (default: 1)'),
    expectations: z.array(z.union([promise, violation])).optional(),
  })
  .describe('A campaign: targets x workloads x faults x seeds x parameters');

/** The schema of campaign files as JSON schema (draft 2020-12), for editors. */
export function campaignJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(campaignSchema, { io: 'input' }), null, 2)}\n`;
}
