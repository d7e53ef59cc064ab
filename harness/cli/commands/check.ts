import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  formatGuideText,
  HISTORY_FORMATS,
  readAnyHistory,
  sha256OfFile,
  type HistoryFormat,
  type ImportedHistory,
} from '../../history/index.ts';
import type { CheckerUse } from '../../kernel/checker.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { History } from '../../kernel/history.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { combineVerdicts, type Finding } from '../../kernel/verdict.ts';
import { readRunRecord, requireRunFile, runFolder } from '../../store/run-folder.ts';
import type { CheckSummary, RunRecord } from '../../store/run-record.ts';
import { countOutcomes } from '../../runner/summarise.ts';
import { chooseCheckers, type ChosenJudges } from '../choose-checkers.ts';
import { exitCodeOfVerdict } from '../exit-codes.ts';
import { generateFile, GENERATE_OPTIONS, refuseGenerateOptions, type GenerateArgs } from '../generate-file.ts';
import { judge } from '../judge.ts';
import { printable, type Console } from '../console.ts';
import { placementLines } from '../placement-lines.ts';
import { atLeast, type Command, type CommandContext, type OptionMap } from './command.ts';

interface CheckArgs extends GenerateArgs {
  readonly file: string | undefined;
  readonly model: string | undefined;
  readonly checker: string | undefined;
  readonly level: string | undefined;
  readonly option: readonly string[] | undefined;
  readonly format: string | undefined;
  readonly independent: boolean | undefined;
  readonly json: boolean;
  readonly 'time-limit': number | undefined;
  readonly 'memory-limit': number | undefined;
}

const OPTIONS: OptionMap = {
  file: { type: 'string', describe: 'history file, or folder of a run' },
  model: { type: 'string', describe: 'sequential object: register, cas-register, fifo-queue, ...' },
  checker: { type: 'string', describe: 'which judge (default: those of the run, else by the operations found)' },
  level: { type: 'string', describe: 'consistency level: linearizable, causal, snapshot-isolation, serializable, ...' },
  option: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'option of the judge: initial=0, nullReads=any, total=100, permits=3, ...; may be repeated',
  },
  format: { type: 'string', choices: HISTORY_FORMATS, describe: 'format of the file (default: detected)' },
  independent: {
    type: 'boolean',
    describe: 'whether values are pairs [key, value] of independent objects (default: where all of them look so)',
  },
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
  'time-limit': {
    type: 'number',
    defaultDescription: '60',
    coerce: atLeast('time-limit', 0.1),
    describe: 'seconds each check may take',
  },
  'memory-limit': {
    type: 'number',
    defaultDescription: '2048',
    coerce: atLeast('memory-limit', 16),
    describe: 'MiB each check may take',
  },
  ...GENERATE_OPTIONS,
};

export const checkCommand: Command<CheckArgs> = {
  command: 'check [file]',
  describe: 'judge a recorded history, or make a synthetic one',
  options: OPTIONS,
  positionals: ['file'],
  epilogue: formatGuideText(),
  run,
};

/** A history to be judged, and what is known about it besides. */
interface Material {
  readonly history: History;
  readonly file: string;
  /** False where the file was cut off; then only a violation is proven. */
  readonly complete: boolean;
  readonly format: string;
  readonly ignored: readonly { readonly what: string; readonly count: number }[];
  readonly notes: readonly string[];
  /** What made the run doubtful that the history belongs to. */
  readonly doubts: readonly string[];
  readonly uses: readonly CheckerUse[];
}

async function run(args: CheckArgs, { console }: CommandContext): Promise<number> {
  if (args.generate !== undefined) return generate(args.generate, args, console);
  if (args.file === undefined) throw new HarnessError('usage', 'expected a file: faultline check <file>');
  refuseGenerateOptions(args);
  const material = load(args.file, args);
  const { 'time-limit': timeLimitS = 60, 'memory-limit': memoryLimitMib = 2048 } = args;
  const limits = { timeMs: timeLimitS * 1000, memoryBytes: memoryLimitMib * 1024 ** 2 };
  const judged = await judge(material.history, material.uses, limits);
  const checks = material.complete ? judged : judged.map((check) => onPrefix(check, material.history.length));
  const doubtful = material.doubts.length > 0 ? (['unknown'] as const) : [];
  const verdict = combineVerdicts([...checks.map((check) => check.verdict), ...doubtful]);
  for (const doubt of material.doubts) console.note(`the run is in doubt: ${printable(doubt)}`);
  for (const note of material.notes) console.note(note);
  for (const { name, facts } of checks) {
    if (typeof facts['power'] === 'string') console.note(`${name} could hardly fail: ${printable(facts['power'])}`);
  }
  for (const { what, count } of material.ignored) console.note(`ignored: ${count} ${what}`);
  if (args.json) {
    console.printJson({
      verdict,
      counts: countOutcomes(material.history),
      checks: checks.map(({ use, ...check }) => ({ ...check, options: use.options ?? {} })),
      format: material.format,
      complete: material.complete,
      lastGoodIndex: material.history.length - 1,
      ignored: material.ignored,
      notes: material.notes,
      doubts: material.doubts,
      historyHash: sha256OfFile(material.file),
    });
  } else {
    console.print([verdict, ...checks.flatMap(checkLines)].join('\n'));
  }
  return exitCodeOfVerdict(verdict);
}

/** Options about the judging of a file: where a history is made, nothing is judged. */
const JUDGING = ['model', 'checker', 'level', 'option', 'format', 'independent', 'time-limit', 'memory-limit'] as const;

function generate(model: string, args: CheckArgs, console: Console): number {
  const { file, out } = args;
  if (file !== undefined) {
    throw new HarnessError('usage', `--generate makes a history: it does not take a file to check, ${file} came`);
  }
  const given = JUDGING.find((name) => args[name] !== undefined);
  if (given !== undefined) {
    const hint =
      given === 'model' ? `--generate ${args.model ?? model} makes one of that model` : 'check what it wrote';
    throw new HarnessError('usage', `--generate judges nothing and takes no --${given}: ${hint}`);
  }
  if (out === undefined) throw new HarnessError('usage', '--generate needs --out FILE');
  const entries = generateFile(model, { ...args, out });
  if (args.json) console.printJson({ file: out, entries });
  else console.print(`${out}: ${entries} entries`);
  return 0;
}

function load(asked: string, args: CheckArgs): Material {
  // A name like `many.jsonl#5` picks one history out of a file of several.
  const onDisk = asked.replace(/#\d+$/, '');
  if (!existsSync(asked) && !existsSync(onDisk)) throw new HarnessError('usage', `cannot read ${asked}: no such file`);
  const kind = existsSync(asked) ? statSync(asked) : statSync(onDisk);
  const isFolder = kind.isDirectory();
  // Reading a pipe or a device may never end.
  if (!isFolder && !kind.isFile()) throw new HarnessError('usage', `${asked} is not a regular file`);
  const file = isFolder ? runFolder(asked).historyFile : asked;
  if (isFolder) requireHistoryIn(asked, file);
  const imported = readAnyHistory(file, {
    format: formatNamed(args.format),
    independent: args.independent,
    shared: true,
  });
  const { history, complete } = imported;
  const { uses, notes: choices } = judgesFor(file, imported, args);
  const held = `checking the ${history.length} entries up to index ${history.length - 1}`;
  const cut = `${path.basename(file)} is cut off: ${history.length === 0 ? 'it holds no entry' : held}`;
  const notes = [...imported.notes, ...(complete ? [] : [cut]), ...choices];
  return { ...imported, notes, uses, doubts: recordOf(file)?.doubts ?? [], file: existsSync(file) ? file : onDisk };
}

/** Throws a usage error where a folder holds no run, with what it holds instead. */
function requireHistoryIn(folder: string, file: string): void {
  if (existsSync(file)) return;
  const names = readdirSync(folder);
  const history = ['history.edn', 'history.txt'].find((name) => names.includes(name));
  if (history !== undefined) {
    throw new HarnessError('usage', `${folder} is no run of ours: give its file, ${path.join(folder, history)}`);
  }
  if (names.some((name) => name === 'history.bincode' || /^T?\d+\.log$/.test(name))) {
    const advice = "make text of it with AWDIT's `awdit convert -t plume`";
    throw new HarnessError('usage', `${folder} holds a binary history of dbcop or Cobra, which is not read: ${advice}`);
  }
  requireRunFile(file);
}

function formatNamed(name: string | undefined): HistoryFormat | undefined {
  return HISTORY_FORMATS.find((format) => format === name);
}

/** Those asked for; else the checks of the run that the file belongs to; else what its operations call for. */
function judgesFor(file: string, { history, format }: ImportedHistory, args: CheckArgs): ChosenJudges {
  const { checker, model, level } = args;
  const options = args.option === undefined ? undefined : optionsIn(args.option);
  const nothingAsked = checker === undefined && model === undefined && level === undefined && options === undefined;
  const record = nothingAsked ? recordOf(file) : undefined;
  if (record !== undefined) return { uses: record.checks.map((check) => check.use), notes: [] };
  return chooseCheckers(history, format, { checker, model, level, options });
}

/** `name=value` each; a value that is not JSON is text. */
function optionsIn(given: readonly string[]): NonNullable<CheckerUse['options']> {
  const options: Record<string, JsonValue> = {};
  for (const each of given) {
    const [, name, text] = /^([A-Za-z]+)=(.*)$/s.exec(each) ?? [];
    if (name === undefined || text === undefined) {
      throw new HarnessError('usage', `--option expects name=value, ${JSON.stringify(each)} came`);
    }
    if (Object.hasOwn(options, name))
      throw new HarnessError('usage', `--option ${name} was given twice, expected once`);
    // What a shell leaves of an unset variable would else be read as the empty text, and change the verdict.
    if (text.trim() === '') {
      const instead = `for none write ${name}=null, for the empty text '${name}=""'`;
      throw new HarnessError('usage', `--option ${name}= says no value: ${instead}`);
    }
    options[name] = jsonOr(text);
  }
  return options;
}

function jsonOr(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** The record of the run that a history file belongs to, where it belongs to one. */
function recordOf(file: string): RunRecord | undefined {
  const folder = runFolder(path.dirname(file));
  const isOfRun = file === folder.historyFile && existsSync(folder.resultsFile);
  return isOfRun ? readRunRecord(folder.directory) : undefined;
}

/** Checks whose violations stay violations however a history goes on. */
const PREFIX_CLOSED: readonly string[] = [
  'linearizability',
  'sequential',
  'causal',
  'pram',
  'list-append',
  'rw-register',
];

/** What is broken in a prefix stays broken where the property is prefix-closed; nothing else follows from a prefix. */
function onPrefix(check: CheckSummary, entries: number): CheckSummary {
  if (check.verdict === 'invalid' && PREFIX_CLOSED.includes(check.name)) return check;
  if (entries === 0) return { ...check, verdict: 'unknown', reason: 'the history is cut off before its first entry' };
  const reason = `the history is cut off after entry ${entries - 1}, so the rest of it is not known`;
  return { ...check, verdict: 'unknown', reason: check.reason === undefined ? reason : `${reason}; ${check.reason}` };
}

function checkLines(check: CheckSummary): readonly string[] {
  const verdict = `  ${check.name}: ${check.verdict}`;
  const reason = printable(check.reason ?? '');
  const placement = placementLines(check);
  // A placement tells its findings beside what they break, and the reason beside the level that it leaves open.
  const isTold = placement.some((line) => line.includes(`(${reason.replace(/^[\w-]+: /, '')})`));
  const head = reason === '' || isTold ? verdict : `${verdict} (${reason})`;
  if (placement.length > 0) return [head, ...placement];
  return [
    head,
    ...check.findings.slice(0, 10).map((finding) => `    ${finding.anomaly}: ${printable(sentenceOf(finding, check))}`),
  ];
}

/** Write skew is a G2-item of two transactions: where both are told of the same ones, the circle is told once. */
function sentenceOf({ anomaly, ops, message }: Finding, { findings }: CheckSummary): string {
  if (anomaly !== 'write-skew') return message;
  const other = findings.find((finding) => finding.anomaly === 'G2-item');
  const isSame = other?.ops.length === ops.length && ops.every((op) => other.ops.includes(op));
  return isSame ? 'The circle of G2-item is one: each of its two transactions wrote what the other had read.' : message;
}
