export { ColumnarHistory, type HistoryParts } from './columnar-history.ts';
export { HistoryBuilder, historyOf } from './history-builder.ts';
export { IllFormedHistoryError } from './ill-formed-history-error.ts';
export { ValueTable } from './value-table.ts';
export { HistoryWriter, writeHistoryFile } from './history-writer.ts';
export { readHistoryFile, sha256OfFile, type HistoryFileContent } from './read-history-file.ts';
export {
  HISTORY_FORMATS,
  isSessionOrdered,
  type HistoryFormat,
  type IgnoredInput,
  type ImportedHistory,
  type ImportOptions,
} from './imported-history.ts';
export { formatGuideText } from './format-guide.ts';
export { readAnyHistory } from './read-any-history.ts';
export { writeJsonl } from './write-jsonl.ts';
