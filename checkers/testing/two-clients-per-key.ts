import type { OpDraft } from '../../harness/kernel/op.ts';
import { randomOf } from '../../harness/kernel/random.ts';

/** Two clients on each of many registers of few values, which forget a write now and then. */
export function twoClientsPerKey(keys: number, rounds: number): readonly OpDraft[] {
  const random = randomOf(5);
  const entries: OpDraft[] = [];
  for (let key = 0; key < keys; key++) {
    let value: number | null = null;
    for (let round = 0; round < rounds; round++) {
      const both = [0, 1].map((client): OpDraft => {
        const at = { process: 2 * key + client, key: `k${key}`, timeNs: entries.length, type: 'invoke' } as const;
        const isWrite = random.chance(1, 2);
        return { ...at, f: isWrite ? 'write' : 'read', value: isWrite ? random.int(1, 6) : null };
      });
      entries.push(...both);
      for (const invoked of both) {
        if (invoked.f === 'write' && random.chance(19, 20)) value = Number(invoked.value);
        entries.push({ ...invoked, type: 'ok', value: invoked.f === 'write' ? (invoked.value ?? null) : value });
      }
    }
  }
  return entries;
}
