import type { HistoryFormat } from './imported-history.ts';

/** What a format is, for people, and how a file of it begins. */
export interface FormatGuide {
  readonly what: string;
  /** Two lines of a file; none for a binary format. */
  readonly example: readonly string[];
}

/** Every format that can be read. The examples are histories: a test reads each of them. */
export const FORMAT_GUIDE: Readonly<Record<HistoryFormat, FormatGuide>> = {
  faultline: { what: 'history.fl of a run (binary), or the folder of a run', example: [] },
  jsonl: {
    what: 'one JSON object per line, or lines with a "history" array each (FILE#3 is the third)',
    example: [
      '{"process": 0, "type": "invoke", "f": "write", "value": 1}',
      '{"process": 0, "type": "ok", "f": "write", "value": 1}',
    ],
  },
  json: {
    what: 'one JSON array of such objects (elle-cli), or an object with such an array as "history"',
    example: [
      '[{"process": 0, "type": "invoke", "f": "write", "value": 1},',
      ' {"process": 0, "type": "ok", "f": "write", "value": 1}]',
    ],
  },
  edn: {
    what: 'Jepsen, Knossos, Elle, elle-cli; kv logs of Porcupine',
    example: ['{:process 0, :type :invoke, :f :write, :value 1}', '{:process 0, :type :ok, :f :write, :value 1}'],
  },
  'jepsen-log': {
    what: 'history.txt and jepsen.log of Jepsen; etcd logs of Porcupine',
    example: ['0 :invoke :write 1', '0 :ok :write 1'],
  },
  limo: {
    what: 'queues, stacks and registers of LiMo and Violin (.hist)',
    example: ['[1] call push(7)', '[1] return'],
  },
  awdit: {
    what: "transactions, AWDIT's format test: ----- between transactions, ===== between sessions",
    example: ['w 1 10', 'r 1 10'],
  },
  plume: {
    what: 'transactions of Plume, PolySI, IsoVista: r or w(key,value,session,transaction)',
    example: ['w(1,10,0,0)', 'r(1,10,1,1)'],
  },
  dbcop: {
    what: 'transactions of dbcop, as text (--- between sessions) or JSON',
    example: ['[x:=1 y:=2] [y==2 x:=3]', '[x==3]'],
  },
};

/** The guide as text: a line for each format and two for its example. */
export function formatGuideText(): string {
  const lines = Object.entries<FormatGuide>(FORMAT_GUIDE).flatMap(([name, { what, example }]) => [
    `  ${name}: ${what}`,
    ...example.map((line) => `      ${line}`),
  ]);
  return ['Formats (detected, or named by --format):', ...lines].join('\n');
}
