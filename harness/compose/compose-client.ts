import { z } from 'zod';
import type { ClockProbe } from '../kernel/target.ts';
import type { ServicePromises, ServiceQuestions } from '../library/define-service.ts';
import { loadDefinition, parseDefinition, type DefinitionKind } from '../modules/load-definition.ts';

/** How the services of a compose file are used and asked. */
export interface ComposeClient extends ServiceQuestions, ServicePromises {
  /** Port of clients; default the first that a service exposes. */
  readonly port?: number;
  /** Port on which nodes talk to each other; default that of clients. */
  readonly peerPort?: number;
  /** Process names whose clocks are moved; all of a container when absent. */
  readonly clockedProcesses?: readonly string[];
  readonly clockProbe?: ClockProbe;
}

const func = z.custom((value) => typeof value === 'function', { error: 'expected a function' });
const port = z.int().min(1).max(65_535).optional();

const CLIENT_DEFINITION: DefinitionKind<ComposeClient> = {
  name: 'client',
  schema: z.looseObject({
    offers: z.record(z.string(), z.array(z.string()).min(1)),
    openClient: func,
    ready: func.optional(),
    primaries: func.optional(),
    version: func.optional(),
    port,
    peerPort: port,
  }) as unknown as z.ZodType<ComposeClient>,
};

/** The client of an adopted cluster. Returns what it was given; throws a HarnessError of one line where it is wrong. */
export function defineClient(client: ComposeClient): ComposeClient {
  return parseDefinition(CLIENT_DEFINITION, client, 'defineClient');
}

/** Loads a client from a module of the user's. Rejects with a usage error of one line. */
export function loadClient(module: string): Promise<ComposeClient> {
  return loadDefinition(CLIENT_DEFINITION, module);
}
