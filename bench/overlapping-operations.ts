import { HistoryBuilder } from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { Key } from '../harness/kernel/op.ts';
import { randomOf } from '../harness/kernel/random.ts';

/** One operation of {@link overlapping}. */
export interface Drawn {
  readonly f: string;
  readonly key?: Key;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
  /** False: it never returns. */
  readonly returns?: boolean;
}

/** Operations that all overlap `clients - 1` others. */
export function overlapping(
  size: number,
  clients: number,
  draw: (order: number, below: (n: number) => number) => Drawn,
): History {
  const random = randomOf(`hostile ${size} ${clients}`);
  const below = (n: number): number => random.int(0, n - 1);
  const builder = new HistoryBuilder();
  const open: { readonly process: number; readonly drawn: Drawn }[] = [];
  let [processes, timeNs] = [0, 0];
  const idle: number[] = [];
  const end = (): void => {
    const [ended] = open.splice(0, 1);
    if (ended === undefined) return;
    const { process, drawn } = ended;
    if (drawn.returns === false) return;
    builder.append({ ...common(drawn), timeNs: ++timeNs, process, type: 'ok', value: drawn.output ?? null });
    idle.push(process);
  };
  for (let order = 0; order < size; order++) {
    const drawn = draw(order, below);
    const process = idle.pop() ?? processes++;
    builder.append({ ...common(drawn), timeNs: ++timeNs, process, type: 'invoke', value: drawn.input ?? null });
    open.push({ process, drawn });
    if (open.length >= clients) end();
  }
  while (open.length > 0) end();
  return builder.build();
}

function common({ f, key }: Drawn): { f: string; key?: Key } {
  return key === undefined ? { f } : { f, key };
}

/** The whole numbers from 0 up to but not including `length`. */
export const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
