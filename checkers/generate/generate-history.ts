import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { History } from '../../harness/kernel/history.ts';
import { randomOf, type Random } from '../../harness/kernel/random.ts';
import { suggestName } from '../../harness/kernel/suggest-name.ts';
import { BankObject, type BankBreak } from './bank-object.ts';
import { simulateBusyClients, type Durations } from './busy-clients.ts';
import { CounterObject, type CounterBreak } from './counter-object.ts';
import { IdObject } from './id-object.ts';
import { RegisterObject, type RegisterBreak } from './register-object.ts';
import type { Scenario } from './scenario.ts';
import { SequenceObject, type SequenceBreak, type SequenceKind } from './sequence-object.ts';
import { SetObject, type SetBreak } from './set-object.ts';
import type { SimulatedObject } from './simulated-object.ts';
import { anomalyScenario, transactionAnomalies } from './transaction-anomalies.ts';
import { TransactionObject, type TransactionDialect } from './transaction-object.ts';

export interface GenerateOptions {
  /** One of {@link GENERATED_MODELS}. */
  readonly model: string;
  /** Operations: invocations with their completions. */
  readonly operations: number;
  /** Clients at a time; all of them are busy all the time. Default 10. */
  readonly clients?: number | undefined;
  /** Operations that never return, evenly spread; half of them take effect. Default 0. */
  readonly crashed?: number | undefined;
  /** One of {@link breaksOf}; default: none, and the history is what a correct system shows. */
  readonly broken?: string | undefined;
  /** How often it breaks, evenly spread. Default 1. */
  readonly violations?: number | undefined;
  /** Share of the operations, in [0, 1), after which it breaks, however often. Default: evenly spread. */
  readonly brokenAt?: number | undefined;
  /** Default `uniform`: all operations take about as long. `exponential`: a few are passed by many others. */
  readonly durations?: Durations | undefined;
  readonly seed: number | string;
  /** Registers: keys in use at a time, default 1; transactions: default 10. Accounts of a bank: default 8, at least 2. */
  readonly keys?: number | undefined;
  /** Share of reads (queues and stacks: of removals), in [0, 1). The default depends on the model; not of unique-ids. */
  readonly readShare?: number | undefined;
  /** Registers only: writes draw from this many values. Default: every written value is unique. */
  readonly distinctValues?: number | undefined;
}

/** A model that histories can be generated for. */
interface GeneratedModel {
  readonly breaks: readonly string[];
  /** Options that not every model reads, of those that this one does. */
  readonly reads: readonly ('keys' | 'readShare' | 'distinctValues')[];
  make(options: Settings): { readonly object: SimulatedObject; readonly scenario?: () => Scenario };
}

/** What messages call an option. */
export type NameOfOption = (option: keyof GenerateOptions) => string;

interface Settings {
  readonly random: Random;
  readonly operations: number;
  readonly crashed: number;
  readonly keys: number | undefined;
  readonly readShare: number | undefined;
  readonly distinctValues: number | undefined;
  readonly broken: string | undefined;
}

const MODELS: Readonly<Record<string, GeneratedModel>> = {
  register: {
    breaks: ['stale', 'phantom'],
    reads: ['keys', 'readShare', 'distinctValues'],
    make: (settings) => register(settings, 0, 500),
  },
  'cas-register': {
    breaks: ['stale', 'phantom', 'lost'],
    reads: ['keys', 'readShare', 'distinctValues'],
    make: (settings) => register(settings, 333, 333),
  },
  set: { breaks: ['lost', 'stale', 'phantom', 'duplicate', 'aborted'], reads: ['readShare'], make: set },
  queue: {
    breaks: ['lost', 'duplicate', 'phantom', 'reordered'],
    reads: ['readShare'],
    make: (settings) => sequence('queue', settings),
  },
  stack: {
    breaks: ['duplicate', 'phantom', 'reordered'],
    reads: ['readShare'],
    make: (settings) => sequence('stack', settings),
  },
  counter: { breaks: ['lost', 'stale', 'phantom'], reads: ['readShare'], make: counter },
  bank: { breaks: ['skew', 'lost', 'negative', 'phantom'], reads: ['keys', 'readShare'], make: bank },
  'unique-ids': { breaks: ['duplicate'], reads: [], make: () => ({ object: new IdObject() }) },
  'list-append': transactions('list-append'),
  'rw-register': transactions('rw-register'),
};

/** Names of the models that {@link generateHistory} knows. */
export const GENERATED_MODELS: readonly string[] = Object.keys(MODELS);

/** Names of the ways in which a model's histories can be broken. Throws HarnessError `usage` for an unknown model. */
export function breaksOf(model: string): readonly string[] {
  return modelOf(model).breaks;
}

/**
 * A synthetic history: simulated clients use a real sequential object, each operation taking effect at a random moment
 * while it runs, so that the history is linearizable (strictly serializable) unless `broken` names how it is not. A broken
 * history is provably so, in that way only, `violations` times.
 *
 * A pure function of its options: the same options give the same history. O(operations log clients). Throws HarnessError
 * `usage` for options that no history can satisfy, and for those that the model does not read.
 *
 * `nameOf` says what messages call an option, for callers whose users know it by another name. Default: as it is here.
 */
export function generateHistory(options: GenerateOptions, nameOf: NameOfOption = (option) => option): History {
  const model = modelOf(options.model);
  const settings = settingsOf(options, model, nameOf);
  const { object, scenario } = model.make(settings);
  const breaks = options.broken === undefined ? 0 : (options.violations ?? 1);
  const history = simulateBusyClients(object, {
    operations: options.operations,
    clients: options.clients ?? 10,
    crashed: options.crashed ?? 0,
    breaks,
    ...(options.brokenAt === undefined ? {} : { brokenAt: options.brokenAt }),
    durations: options.durations ?? 'uniform',
    random: settings.random.fork('clients'),
    ...(scenario === undefined ? {} : { scenario }),
  });
  const pending = object.pendingBreaks();
  if (pending > 0) {
    throw usage(
      `${options.operations} operations are too few for ${breaks} x ${options.broken}: ` +
        `${pending} found no place; ask for more operations or fewer violations`,
    );
  }
  return history;
}

function modelOf(name: string): GeneratedModel {
  const model = Object.hasOwn(MODELS, name) ? MODELS[name] : undefined;
  if (model !== undefined) return model;
  const meant = suggestName(name, GENERATED_MODELS);
  const hint = meant === undefined ? '' : `did you mean ${meant}? `;
  const known = GENERATED_MODELS.join(', ');
  throw usage(`no histories can be generated of model ${JSON.stringify(name)}: ${hint}expected one of ${known}`);
}

function settingsOf(options: GenerateOptions, model: GeneratedModel, nameOf: NameOfOption): Settings {
  const { operations, crashed = 0, broken, distinctValues, readShare, keys, brokenAt } = options;
  expectWhole(nameOf('operations'), operations, 1);
  expectWhole(nameOf('clients'), options.clients, 1);
  expectWhole(nameOf('crashed'), crashed, 0);
  expectWhole(nameOf('violations'), options.violations, 1);
  expectWhole(nameOf('keys'), keys, 1);
  expectWhole(nameOf('distinctValues'), distinctValues, 1);
  expectShare(nameOf('readShare'), readShare);
  expectShare(nameOf('brokenAt'), brokenAt);
  if (broken !== undefined && !model.breaks.includes(broken)) {
    const known = model.breaks.join(', ');
    throw usage(`${options.model} cannot be broken as ${JSON.stringify(broken)}: expected one of ${known}`);
  }
  refuseUnread(options, model, nameOf);
  if (crashed > operations) {
    throw usage(`${nameOf('crashed')} ${crashed} is more than ${nameOf('operations')} ${operations}`);
  }
  if (distinctValues !== undefined && broken !== undefined && broken !== 'phantom') {
    throw usage(`${broken} cannot be proven where values repeat: leave out ${nameOf('distinctValues')}`);
  }
  return {
    random: randomOf(options.seed).fork('generate'),
    operations,
    crashed,
    keys,
    readShare,
    distinctValues,
    broken,
  };
}

/** An option without effect was given for one: the history would not be what was asked for. */
function refuseUnread(options: GenerateOptions, model: GeneratedModel, nameOf: NameOfOption): void {
  for (const option of ['keys', 'readShare', 'distinctValues'] as const) {
    if (options[option] === undefined || model.reads.includes(option)) continue;
    throw usage(`a history of ${options.model} does not depend on ${nameOf(option)}: leave it out`);
  }
  if (options.broken !== undefined) return;
  for (const option of ['violations', 'brokenAt'] as const) {
    if (options[option] === undefined) continue;
    throw usage(`${nameOf(option)} goes with ${nameOf('broken')}, and nothing is to be broken`);
  }
}

function expectWhole(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw usage(`${name} must be a whole number of at least ${least}, ${value} came`);
}

function expectShare(name: string, value: number | undefined): void {
  if (value === undefined || (value >= 0 && value < 1)) return;
  throw usage(`${name} must be in [0, 1), ${value} came`);
}

function usage(message: string): HarnessError {
  return new HarnessError('usage', message);
}

function register(settings: Settings, casThousandths: number, readThousandths: number): { object: SimulatedObject } {
  const readShare = thousandths(settings.readShare, readThousandths);
  const object = new RegisterObject({
    random: settings.random.fork('object'),
    keys: settings.keys ?? 1,
    readShare,
    casShare: casThousandths === 0 ? 0 : Math.floor((1000 - readShare) / 2),
    distinctValues: settings.distinctValues,
    broken: settings.broken as RegisterBreak | undefined,
  });
  return { object };
}

function set({ operations, readShare, broken }: Settings): { object: SimulatedObject } {
  const readEvery = readShare === undefined ? Math.max(4, Math.ceil(operations / 20)) : Math.ceil(1 / readShare);
  return { object: new SetObject({ readEvery, broken: broken as SetBreak | undefined }) };
}

function sequence(kind: SequenceKind, { random, readShare, broken }: Settings): { object: SimulatedObject } {
  const object = new SequenceObject({
    random: random.fork('object'),
    kind,
    removeShare: thousandths(readShare, 450),
    broken: broken as SequenceBreak | undefined,
  });
  return { object };
}

function counter({ random, readShare, crashed, broken }: Settings): { object: SimulatedObject } {
  const object = new CounterObject({
    random: random.fork('object'),
    readShare: thousandths(readShare, 500),
    crashed,
    broken: broken as CounterBreak | undefined,
  });
  return { object };
}

function bank({ random, keys, readShare, broken }: Settings): { object: SimulatedObject } {
  const object = new BankObject({
    random: random.fork('object'),
    accounts: keys ?? 8,
    readShare: thousandths(readShare, 500),
    broken: broken as BankBreak | undefined,
  });
  return { object };
}

function transactions(dialect: TransactionDialect): GeneratedModel {
  return {
    breaks: transactionAnomalies(dialect),
    reads: ['keys', 'readShare'],
    make({ random, keys, readShare, broken }) {
      const object = new TransactionObject({
        random: random.fork('object'),
        dialect,
        keys: keys ?? 10,
        readShare: thousandths(readShare, 500),
      });
      if (broken === undefined) return { object };
      return { object, scenario: () => anomalyScenario(dialect, broken, () => object.freshKey()) };
    },
  };
}

function thousandths(share: number | undefined, byDefault: number): number {
  return share === undefined ? byDefault : Math.floor(share * 1000);
}
