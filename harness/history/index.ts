export { ColumnarHistory, type HistoryParts } from './columnar-history.ts';
export { HistoryBuilder, historyOf, IllFormedHistoryError } from './history-builder.ts';
export { ValueTable } from './value-table.ts';
