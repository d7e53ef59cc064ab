import { ColumnarHistory } from '../harness/history/index.ts';
import { NO_KEY, NO_PAIR, type History, type HistoryColumns } from '../harness/kernel/history.ts';

/**
 * The history so many times in a row, each time on keys of its own: large histories of many keys in the time that a small one
 * takes to make. For histories whose keys are small whole numbers. O(entries).
 */
export function repeatOnOtherKeys(history: History, times: number): History {
  const { columns, length } = history;
  const keys = columns.key.reduce((most, key) => Math.max(most, key + 1), 0);
  const spanNs = (columns.timeNs[length - 1] ?? 0) + 1;
  const repeated = columnsOf(length * times);
  for (let round = 0; round < times; round++) {
    const start = round * length;
    for (const name of ['process', 'type', 'f', 'value', 'error', 'node'] as const) {
      repeated[name].set(columns[name], start);
    }
    repeated.timeNs.set(
      columns.timeNs.map((timeNs) => timeNs + round * spanNs),
      start,
    );
    repeated.key.set(
      columns.key.map((key) => (key === NO_KEY ? key : key + round * keys)),
      start,
    );
    repeated.pair.set(
      columns.pair.map((pair) => (pair === NO_PAIR ? pair : pair + start)),
      start,
    );
  }
  const { fNames, nodes, errors, faults } = history;
  const values = {
    decode: (code: number) => history.decode(code) ?? null,
    codeOf: history.codeOf.bind(history),
  };
  return new ColumnarHistory({ columns: repeated, fNames, nodes, errors, faults, values });
}

function columnsOf(length: number): HistoryColumns {
  const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(length * bytes);
  return {
    timeNs: new Float64Array(shared(8)),
    process: new Int32Array(shared(4)),
    type: new Uint8Array(shared(1)),
    f: new Uint16Array(shared(2)),
    key: new Int32Array(shared(4)),
    value: new Int32Array(shared(4)),
    pair: new Int32Array(shared(4)),
    error: new Uint16Array(shared(2)),
    node: new Int16Array(shared(2)),
  };
}
