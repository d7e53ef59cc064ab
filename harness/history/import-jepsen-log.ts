import type { JsonValue } from '../kernel/json.ts';
import { OP_TYPES, type OpType } from '../kernel/op.ts';
import type { OpError } from '../kernel/outcome.ts';
import { EdnReader, EdnTextError } from './edn-reader.ts';
import { errorOf } from './entry-maps.ts';
import { brief, ImportBuilder, type ForeignEntry } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { forEachLine } from './read-text.ts';

/** Process, type, function, then value and perhaps error; whatever the logger wrote stands before them. */
const OPERATION = /(?:^|\s)(\d+|:nemesis)\s+:(invoke|ok|fail|info)\s+:(\S+)(?:\s+(.*))?$/;
/** What begins like an operation: if it is none, it was cut off or damaged. */
const BEGINNING = /\bjepsen\.util\s*[-:]|^(\d+|:nemesis)\s+:|(?:^|\s)(\d+|:nemesis)\s+:(invoke|ok|fail|info)\b/;
/** An operation but for its process: none, or a word of another kind, stands before its type. */
const WITHOUT_PROCESS = /(?:^|\bjepsen\.util\s*[-:])\s*(\S+\s+)??(:(?:invoke|ok|fail|info))\s+:\S/;

const NOTHING = { timeNs: undefined, key: undefined, node: undefined };

/** An answer, by which checkers know that the register held another value. */
const PRECONDITION: OpError = { code: 'precondition' };

/**
 * Reads the operations out of a log of Jepsen, or out of its `history.txt`: `INFO jepsen.util - 3 :invoke :write 7`.
 *
 * A keyword where a failed or indeterminate completion has its value is its error (`:timed-out`). A `cas` that failed
 * without error is an answer and gets the error code `precondition`.
 */
export function importJepsenLog(path: string, options: ImportOptions): ImportedHistory {
  const builder = new ImportBuilder({ ...options, path, format: 'jepsen-log', unit: 'line', raisesTimes: false });
  const inputs = new Map<number, JsonValue>();
  forEachLine(path, (line, position) => {
    if (line.trim() === '') return;
    const [, who, type, f, rest = ''] = OPERATION.exec(line) ?? [];
    if (f !== undefined) {
      const known = OP_TYPES.find((candidate) => candidate === type) ?? 'info';
      if (who === ':nemesis') builder.add(nemesisEntry(f, rest, position));
      else builder.add(clientEntry({ process: Number(who), type: known, f, rest, position }, inputs, builder));
      return;
    }
    const [isWithoutProcess, instead = '', before = ''] = WITHOUT_PROCESS.exec(line) ?? [];
    if (isWithoutProcess !== undefined) {
      const came = instead === '' ? 'nothing' : brief(instead.trim());
      builder.fail(position, `expected a process, a number or :nemesis, before ${before}; ${came} came`);
    }
    if (BEGINNING.test(line)) {
      builder.fail(position, `expected process, :invoke|:ok|:fail|:info, :function and value, ${brief(line)} came`);
    } else builder.ignore('log line without operation');
  });
  return builder.finish();
}

/** What the nemesis says is text for people, and often unreadable for programs. */
function nemesisEntry(f: string, rest: string, position: number): ForeignEntry {
  const value = rest === 'nil' ? null : rest;
  return { ...NOTHING, process: 'nemesis', type: 'info', f, value, error: undefined, position };
}

interface LogLine {
  readonly process: number;
  readonly type: OpType;
  readonly f: string;
  readonly rest: string;
  readonly position: number;
}

function clientEntry(line: LogLine, inputs: Map<number, JsonValue>, builder: ImportBuilder): ForeignEntry {
  const { process, type, f, rest, position } = line;
  if (rest.trim() === '') {
    builder.fail(position, `expected a value behind :${type} :${f} (nil where there is none), the line ends there`);
  }
  const { first, after } = readValue(rest, position, builder);
  if (type === 'invoke') inputs.set(process, first);
  const isError = (type === 'fail' || type === 'info') && rest.startsWith(':');
  const value = isError ? (inputs.get(process) ?? null) : first;
  let error = errorOf(isError ? first : errorAfter(after, line, builder));
  if (f === 'cas' && type === 'fail' && error === undefined) {
    error = PRECONDITION;
    builder.note('A failed cas without error was taken as an answer: the register held another value (precondition).');
  }
  return { ...NOTHING, process, type, f, value, error, position };
}

/** The value at the beginning of `text`, and what stands behind it. */
function readValue(
  text: string,
  position: number,
  builder: ImportBuilder,
): { readonly first: JsonValue; readonly after: string } {
  const reader = new EdnReader(text);
  try {
    const first = reader.read();
    for (const [what, count] of reader.changes) builder.ignore(what, count);
    return { first, after: text.slice(reader.offset) };
  } catch (error) {
    if (error instanceof EdnTextError) builder.fail(position, error.message);
    throw error;
  }
}

/**
 * What a completion says behind its value is its error: Jepsen prints it as it is, a keyword, a vector or any text. The
 * hints of Porcupine's logs (`:hint 7`) are counted.
 */
function errorAfter(after: string, { type, rest, position }: LogLine, builder: ImportBuilder): JsonValue | undefined {
  const text = after.trim();
  if (text === '') return undefined;
  if (/^:hint\s+-?\d+$/.test(text)) {
    builder.ignore('field "hint"');
    return undefined;
  }
  const reader = new EdnReader(text);
  let form: JsonValue | undefined;
  try {
    form = reader.read();
    if (!reader.atEnd()) form = undefined;
  } catch (error) {
    if (!(error instanceof EdnTextError)) throw error;
  }
  const isError = type !== 'invoke' && (form !== undefined || /^ *\t/.test(after));
  if (!isError) builder.fail(position, `expected a value and perhaps an error, ${brief(rest)} came`);
  return form ?? text;
}
