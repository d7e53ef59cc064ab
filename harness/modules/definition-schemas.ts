import { z } from 'zod';
import { ENVIRONMENT_KINDS } from '../kernel/environment.ts';
import { FAULT_KINDS } from '../kernel/fault.ts';
import { OBJECT_LEVELS, type Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';
import type { DefinitionKind } from './load-definition.ts';

// The shapes are checked as far as a mistake in them would show later and elsewhere. Functions are taken at their word.

const func = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', {
  error: (issue) => `expected a function, received ${typeof issue.input}`,
});

/** Names become folder names and arguments. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: (issue) =>
    `expected a name of letters, digits, dots and dashes (64 at most), received ${JSON.stringify(issue.input)}`,
});
const port = z.int().min(1).max(65_535);
const count = z.int().min(1).max(64);
const text = z.record(z.string(), z.string());
const codecs = z.record(z.string(), z.looseObject({ encode: func, decode: func }));

const promise = z.looseObject({
  level: z.enum(OBJECT_LEVELS),
  keepsAcknowledged: z.boolean(),
  conditions: z.string(),
});

const targetSchema = z
  .looseObject({
    name,
    description: z.string(),
    offers: z.record(z.string(), z.array(z.string()).min(1)),
    promises: z.record(z.string(), promise),
    faultModel: z.looseObject({
      kinds: z.array(z.enum(FAULT_KINDS)),
      clockOffsetMsMax: z.number().min(0),
      survivesKillOfAll: z.boolean(),
    }),
    nodeCounts: z
      .looseObject({ min: count, max: count, default: count })
      .refine(({ min, max, default: usual }) => min <= usual && usual <= max, {
        error: 'expected min <= default <= max',
      }),
    variants: text.optional(),
    sim: z.looseObject({ protocol: z.looseObject({ name: z.string(), create: func }), codecs }).optional(),
    docker: z
      .looseObject({
        image: z.string().min(1),
        container: func,
        clientPort: port,
        peerPort: port,
        dataPaths: z.array(z.string()),
        ready: func,
        openClient: func,
        recovered: func.optional(),
        primaries: func.optional(),
        version: func.optional(),
      })
      .optional(),
    process: z
      .looseObject({
        process: func,
        ready: func,
        openClient: func,
        recovered: func.optional(),
        primaries: func.optional(),
        version: func.optional(),
      })
      .optional(),
  })
  .refine((target) => ENVIRONMENT_KINDS.some((kind) => target[kind] !== undefined), {
    error: `expected at least one place to run in: ${ENVIRONMENT_KINDS.join(', ')}`,
  });

const workloadSchema = z.looseObject({
  name,
  description: z.string(),
  requiredOps: z.array(z.string()),
  optionalOps: z.array(z.string()),
  generators: func,
  level: z.enum(OBJECT_LEVELS),
  checkers: z
    .array(
      z.looseObject({
        checker: z.string(),
        options: z.record(z.string(), z.json()).optional(),
        model: z.looseObject({ module: z.string(), export: z.string() }).optional(),
      }),
    )
    .min(1, { error: 'expected at least one checker, received none' }),
});

export const TARGET_DEFINITION: DefinitionKind<Target> = {
  name: 'target',
  schema: targetSchema as unknown as z.ZodType<Target>,
};

export const WORKLOAD_DEFINITION: DefinitionKind<Workload> = {
  name: 'workload',
  schema: workloadSchema as unknown as z.ZodType<Workload>,
};
