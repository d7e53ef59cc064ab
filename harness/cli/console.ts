import { styleText } from 'node:util';
import { DECEIVING_CLASS } from '../../reports/html/visible-text.ts';

/**
 * Everything the command line says. Progress goes to stderr: one line that is rewritten on a terminal, plain lines
 * elsewhere. Results go to stdout; with `--json` stdout carries exactly one document and nothing else.
 */
export interface Console {
  /** What is going on right now; replaces what was said before. */
  status(line: string): void;
  /** Something worth keeping on the screen. */
  note(line: string): void;
  /** A result for people; silent with `--json`. */
  print(text: string): void;
  /** The one JSON document. */
  printJson(document: unknown): void;
  /** Ends the status line. */
  end(): void;
}

type Style = Parameters<typeof styleText>[0];

/** Styles text where the stream is a terminal that wants colours. */
export function styled(style: Style, text: string): string {
  return process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? styleText(style, text) : text;
}

/** Where a command line writes to: the process's own streams, or a test's. */
export interface OutputStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function createConsole(options: { readonly json: boolean; readonly streams: OutputStreams }): Console {
  const { stdout, stderr } = options.streams;
  const live = stderr.isTTY === true && process.env['TERM'] !== 'dumb';
  let open = false;
  let last = '';
  const clear = (): void => {
    if (open) stderr.write('\r\u001b[2K');
    open = false;
  };
  return {
    status(line) {
      const text = printable(line);
      if (text === last) return;
      last = text;
      if (!live) {
        stderr.write(`${text}\n`);
        return;
      }
      stderr.write(`\r\u001b[2K${text.slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`);
      open = true;
    },
    note(line) {
      clear();
      stderr.write(`${printable(line)}\n`);
    },
    print(text) {
      if (options.json) return;
      clear();
      stdout.write(`${text}\n`);
    },
    printJson(document) {
      clear();
      stdout.write(`${harmlessJson(document)}\n`);
    },
    end: clear,
  };
}

/** A document as JSON, with the characters that {@link printable} shows as code points written as escapes: the same value. */
function harmlessJson(document: unknown): string {
  return JSON.stringify(document).replace(HOSTILE, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/**
 * Text from systems under test as a terminal may see it: control characters (escape sequences among them) and characters
 * that reorder a line or hide in it are shown as code points. New lines are kept where `multiline`.
 */
export function printable(text: string, options: { readonly multiline?: boolean } = {}): string {
  return text.replace(HOSTILE, (character) => {
    if (options.multiline === true && character === '\n') return character;
    if (character === '\t') return ' ';
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}

const HOSTILE = new RegExp(`[\\t\\n]|${DECEIVING_CLASS}`, 'gu');
