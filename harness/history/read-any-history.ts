import { existsSync } from 'node:fs';
import { HarnessError } from '../kernel/harness-error.ts';
import { detectFormat } from './detect-format.ts';
import { importAwdit } from './import-awdit.ts';
import { importDbcop } from './import-dbcop.ts';
import { importEdn } from './import-edn.ts';
import { importJepsenLog } from './import-jepsen-log.ts';
import { importJson, importJsonl } from './import-json.ts';
import { importLimo } from './import-limo.ts';
import { importPlume } from './import-plume.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { readHistoryFile } from './read-history-file.ts';

/**
 * Reads a history file of any format that {@link HISTORY_FORMATS} names. `FILE#3` is the third history of a JSONL file
 * whose lines are records with a `history` array.
 *
 * Nothing is dropped silently: what was left out is counted, what was assumed is noted. Anything malformed throws
 * HarnessError `usage` with one line: file, position, what was expected and what came.
 */
export function readAnyHistory(path: string, options: ImportOptions = {}): ImportedHistory {
  const [, file, member] = /^(.+)#(\d+)$/.exec(path) ?? [];
  if (file !== undefined && !existsSync(path)) {
    const format = options.format ?? detectFormat(file);
    if (format === 'jsonl') return importJsonl(file, options, Number(member));
    throw new HarnessError('usage', `${path}: only a JSONL file of histories has numbered ones, ${file} is ${format}`);
  }
  const format = options.format ?? detectFormat(path);
  switch (format) {
    case 'faultline':
      return readOwn(path, options);
    case 'jsonl':
      return importJsonl(path, options);
    case 'json':
      return importJson(path, options);
    case 'edn':
      return importEdn(path, options);
    case 'jepsen-log':
      return importJepsenLog(path, options);
    case 'limo':
      return importLimo(path, options);
    case 'awdit':
      return importAwdit(path, options);
    case 'plume':
      return importPlume(path, options);
    case 'dbcop':
      return importDbcop(path, options);
  }
}

function readOwn(path: string, { shared }: ImportOptions): ImportedHistory {
  const { history, complete, lastGoodIndex, ignoredBytes } = readHistoryFile(path, { shared: shared === true });
  if (complete) return { history, format: 'faultline', complete, ignored: [], notes: [] };
  return {
    history,
    format: 'faultline',
    complete,
    ignored: ignoredBytes === 0 ? [] : [{ what: 'bytes, of a cut-off block at the end', count: ignoredBytes }],
    notes: [
      lastGoodIndex < 0
        ? 'The file was not closed, and was cut off before its first entry.'
        : `The file was not closed: entry ${lastGoodIndex} is the last one that could be read.`,
    ],
  };
}
