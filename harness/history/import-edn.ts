import { EdnReader, EdnTextError } from './edn-reader.ts';
import { EntryMaps } from './entry-maps.ts';
import { ImportBuilder, malformed } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { lineAndColumn, readText } from './read-text.ts';

/**
 * Reads a Jepsen history: a vector or list of operation maps, or one map after the other, also as records
 * (`#jepsen.history.Op{...}`) and also as Porcupine's kv logs have them (with `:key`).
 */
export function importEdn(path: string, options: ImportOptions): ImportedHistory {
  const text = readText(path);
  const reader = new EdnReader(text);
  const builder = new ImportBuilder({ ...options, path, format: 'edn', unit: 'entry', raisesTimes: true });
  const entries = new EntryMaps(builder, { strictIndex: false });
  try {
    const isWrapped = reader.enter();
    for (let number = 1; isWrapped ? !reader.leave() : !reader.atEnd(); number++) entries.add(reader.read(), number);
    if (!reader.atEnd()) throw new EdnTextError(reader.offset, 'expected the end of the file after the history');
  } catch (error) {
    if (!(error instanceof EdnTextError)) throw error;
    throw malformed(path, lineAndColumn(text, error.offset), error.message);
  }
  for (const [what, count] of reader.changes) builder.ignore(what, count);
  return builder.finish();
}
