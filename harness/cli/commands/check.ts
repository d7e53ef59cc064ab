import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { checkerNames } from '../../../checkers/registry.ts';
import { readHistoryFile, sha256OfFile } from '../../history/index.ts';
import type { CheckerUse } from '../../kernel/checker.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { History } from '../../kernel/history.ts';
import { combineVerdicts } from '../../kernel/verdict.ts';
import { readRunRecord, runFolder } from '../../store/run-folder.ts';
import type { CheckSummary } from '../../store/run-record.ts';
import { countOutcomes } from '../../runner/summarise.ts';
import { exitCodeOfVerdict } from '../exit-codes.ts';
import { judge } from '../judge.ts';
import { printable } from '../console.ts';
import { atLeast, type Command, type CommandContext, type OptionMap } from './command.ts';

interface CheckArgs {
  readonly file: string;
  readonly model: string | undefined;
  readonly checker: string | undefined;
  readonly json: boolean;
  readonly 'time-limit': number;
  readonly 'memory-limit': number;
}

const OPTIONS: OptionMap = {
  file: { type: 'string', demandOption: true, describe: 'history file, or folder of a run' },
  model: { type: 'string', describe: 'sequential object: register, cas-register, ...' },
  checker: { type: 'string', describe: 'which judge (default: those of the run, else by the operations found)' },
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
  'time-limit': {
    type: 'number',
    default: 60,
    coerce: atLeast('time-limit', 0.1),
    describe: 'seconds each check may take',
  },
  'memory-limit': {
    type: 'number',
    default: 2048,
    coerce: atLeast('memory-limit', 16),
    describe: 'MiB each check may take',
  },
};

export const checkCommand: Command<CheckArgs> = {
  command: 'check <file>',
  describe: 'judge a recorded history',
  options: OPTIONS,
  positionals: ['file'],
  run,
};

/** A history to be judged, and what is known about it besides. */
interface Material {
  readonly history: History;
  readonly file: string;
  /** False where the file was cut off; then only a violation is proven. */
  readonly complete: boolean;
  readonly notes: readonly string[];
  readonly uses: readonly CheckerUse[];
}

async function run(args: CheckArgs, { console }: CommandContext): Promise<number> {
  const material = load(args);
  const limits = { timeMs: args['time-limit'] * 1000, memoryBytes: args['memory-limit'] * 1024 ** 2 };
  const checks = (await judge(material.history, material.uses, limits)).map((check) =>
    material.complete ? check : onPrefix(check, material.history.length),
  );
  const verdict = combineVerdicts(checks.map((check) => check.verdict));
  for (const note of material.notes) console.note(note);
  if (args.json) {
    console.printJson({
      verdict,
      counts: countOutcomes(material.history),
      checks: checks.map(({ name, verdict: own, reason, findings, facts, elapsedMs }) => ({
        name,
        verdict: own,
        ...(reason === undefined ? {} : { reason }),
        findings,
        facts,
        elapsedMs,
      })),
      complete: material.complete,
      lastGoodIndex: material.history.length - 1,
      historyHash: sha256OfFile(material.file),
      notes: material.notes,
    });
  } else {
    console.print([verdict, ...checks.flatMap(checkLines)].join('\n'));
  }
  return exitCodeOfVerdict(verdict);
}

function load(args: CheckArgs): Material {
  if (!existsSync(args.file)) throw new HarnessError('usage', `cannot read ${args.file}: no such file`);
  const isFolder = statSync(args.file).isDirectory();
  const file = isFolder ? runFolder(args.file).historyFile : args.file;
  const content = readHistoryFile(file, { shared: true });
  const asked = askedUse(args);
  const uses = asked === undefined ? usesOf(file, content.history) : [asked];
  const notes = content.complete
    ? []
    : [
        `${path.basename(file)} is cut off: checking the ${content.history.length} entries up to index ${content.history.length - 1}`,
      ];
  return { history: content.history, file, complete: content.complete, notes, uses };
}

function askedUse(args: CheckArgs): CheckerUse | undefined {
  if (args.checker === undefined && args.model === undefined) return undefined;
  const checker = args.checker ?? 'linearizability';
  if (!checkerNames().includes(checker)) {
    throw new HarnessError(
      'usage',
      `unknown checker ${JSON.stringify(checker)}; expected one of ${checkerNames().join(', ')}`,
    );
  }
  return { checker, options: args.model === undefined ? {} : { model: args.model } };
}

/** The checks of the run that the file belongs to; without a run, the judge that its operations call for. */
function usesOf(file: string, history: History): readonly CheckerUse[] {
  const directory = path.dirname(file);
  if (existsSync(runFolder(directory).resultsFile)) return readRunRecord(directory).checks.map((check) => check.use);
  const names = new Set(history.fNames);
  if (names.has('add')) return [{ checker: 'set', options: {} }];
  if (names.has('write') || names.has('cas'))
    return [{ checker: 'linearizability', options: { model: 'cas-register' } }];
  throw new HarnessError(
    'usage',
    `cannot tell from operations ${[...names].join(', ')} what to check; say --checker or --model`,
  );
}

/** Every prefix of a correct history is correct, so what is broken in one stays broken; nothing else follows. */
function onPrefix(check: CheckSummary, entries: number): CheckSummary {
  const prefixClosed = check.name === 'linearizability';
  if (check.verdict === 'invalid' && prefixClosed) return check;
  const reason = `the history is cut off after entry ${entries - 1}, so the rest of it is not known`;
  return { ...check, verdict: 'unknown', reason: check.reason === undefined ? reason : `${reason}; ${check.reason}` };
}

function checkLines(check: CheckSummary): readonly string[] {
  const head = `  ${check.name}: ${check.verdict}${check.reason === undefined ? '' : ` (${printable(check.reason)})`}`;
  return [
    head,
    ...check.findings.slice(0, 10).map((finding) => `    ${finding.anomaly}: ${printable(finding.message)}`),
  ];
}
