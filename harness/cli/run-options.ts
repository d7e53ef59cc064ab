import { DEFAULT_STORE } from '../store/run-folder.ts';
import { atLeast, type OptionMap } from './commands/command.ts';

/** What holds where nobody says otherwise, on the command line and in code. */
export const RUN_DEFAULTS = {
  workload: 'register',
  faults: 'all',
  tempo: 'steady',
  'time-limit': 60,
  rate: 200,
  'op-timeout': 1000,
  'ops-per-key': 200,
  'ready-timeout': 90,
  'check-time-limit': 60,
  'check-memory-limit': 2048,
} as const;

/** Options that say what a run does; shared by the commands that start runs. */
export const RUN_OPTIONS: OptionMap = {
  env: {
    type: 'string',
    describe: 'where the cluster lives: sim, process, docker (default: the first of them that the target has)',
  },
  workload: {
    type: 'string',
    default: RUN_DEFAULTS.workload,
    describe: 'what is done to the cluster: register, set, or a module of yours',
  },
  nodes: {
    type: 'number',
    coerce: atLeast('nodes', 1, { whole: true, most: 1000 }),
    describe: "size of the cluster (default: the target's own)",
  },
  faults: {
    type: 'string',
    default: RUN_DEFAULTS.faults,
    describe: "faults by name, comma-separated; all: everything in the target's fault model; none",
  },
  tempo: {
    type: 'string',
    default: RUN_DEFAULTS.tempo,
    describe: 'rhythm of the faults: steady, storm (short, without rest), swarm (drawn from the seed)',
  },
  'time-limit': {
    type: 'number',
    coerce: atLeast('time-limit', 0.1, { most: 1_000_000 }),
    default: RUN_DEFAULTS['time-limit'],
    describe: 'length of the main phase in seconds (virtual in sim)',
  },
  seed: { type: 'string', describe: 'decides the whole plan (default: drawn and printed)' },
  concurrency: {
    type: 'number',
    coerce: atLeast('concurrency', 1, { whole: true, most: 100_000 }),
    describe: 'workers (default: 10, or two per node)',
  },
  rate: {
    type: 'number',
    coerce: atLeast('rate', 0, { most: 1_000_000 }),
    default: RUN_DEFAULTS.rate,
    describe: 'operations per second over all workers; 0: as fast as answered',
  },
  'op-timeout': {
    type: 'number',
    coerce: atLeast('op-timeout', 1, { most: 3_600_000 }),
    default: RUN_DEFAULTS['op-timeout'],
    describe: 'milliseconds until an operation counts as indeterminate',
  },
  keys: {
    type: 'number',
    coerce: atLeast('keys', 1, { whole: true, most: 100_000 }),
    describe: 'keys in use at a time, at most one per worker (default: 4)',
  },
  'ops-per-key': {
    type: 'number',
    coerce: atLeast('ops-per-key', 1, { whole: true, most: 1_000_000 }),
    default: RUN_DEFAULTS['ops-per-key'],
    describe: 'operations before a key is replaced by a fresh one',
  },
  variant: { type: 'string', describe: 'named variant of the target' },
  safe: { type: 'boolean', default: false, describe: 'short for --variant safe' },
  mutant: { type: 'string', describe: 'planted bug of a reference target; see --tempo swarm' },
  image: { type: 'string', describe: "your own image instead of the target's (docker)" },
  'clock-mechanism': { type: 'string', describe: 'how clocks are skewed in docker: vdso (default), faketime' },
  set: { type: 'string', array: true, default: [], describe: 'setting of the environment, name=value; repeatable' },
  store: { type: 'string', default: DEFAULT_STORE, describe: 'folder that keeps the runs' },
  'ready-timeout': {
    type: 'number',
    coerce: atLeast('ready-timeout', 1, { most: 3600 }),
    default: RUN_DEFAULTS['ready-timeout'],
    describe: 'seconds a cluster may take until it serves',
  },
  'check-time-limit': {
    type: 'number',
    coerce: atLeast('check-time-limit', 0.1, { most: 86_400 }),
    default: RUN_DEFAULTS['check-time-limit'],
    describe: 'seconds each check may take',
  },
  'check-memory-limit': {
    type: 'number',
    coerce: atLeast('check-memory-limit', 16, { most: 1_000_000 }),
    default: RUN_DEFAULTS['check-memory-limit'],
    describe: 'MiB each check may take',
  },
  level: {
    type: 'string',
    describe: 'judge this level instead of the strongest: linearizable, sequential, causal, convergent',
  },
  'log-pattern': {
    type: 'string',
    array: true,
    default: [],
    describe:
      'regular expression that no line of a node log may match; repeatable (default: crashes, in docker and process)',
  },
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout, everything else on stderr' },
};

/** Options that decide a plan, and so cannot be given together with a stored one. */
export const PLAN_OPTIONS: readonly string[] = [
  'env',
  'workload',
  'nodes',
  'faults',
  'tempo',
  'time-limit',
  'seed',
  'concurrency',
  'rate',
  'op-timeout',
  'keys',
  'ops-per-key',
  'variant',
  'safe',
  'mutant',
  'image',
  'clock-mechanism',
  'set',
];

export interface RunOptionValues {
  readonly env: string | undefined;
  readonly workload: string;
  readonly nodes: number | undefined;
  readonly faults: string;
  readonly tempo: string;
  readonly 'time-limit': number;
  readonly seed: string | undefined;
  readonly concurrency: number | undefined;
  readonly rate: number;
  readonly 'op-timeout': number;
  readonly keys: number | undefined;
  readonly 'ops-per-key': number;
  readonly variant: string | undefined;
  readonly safe: boolean;
  readonly mutant: string | undefined;
  readonly image: string | undefined;
  readonly 'clock-mechanism': string | undefined;
  readonly set: readonly string[];
  readonly store: string;
  readonly 'ready-timeout': number;
  readonly 'check-time-limit': number;
  readonly 'check-memory-limit': number;
  readonly level: string | undefined;
  readonly 'log-pattern': readonly string[];
  readonly json: boolean;
}
