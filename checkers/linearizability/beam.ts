import { Antichain, HEADER, STATE, type ConfigurationBits } from './antichain.ts';
import { countBits } from './outlook.ts';

/** More than a configuration can owe: two for each of 512 open operations, and one for each that was used. */
const MOST_DEBTS = 2048;

/**
 * Keeps the most promising `width` configurations of a beam search: those that owe little and have much left. Of those that
 * differ in crashed operations only, the one that used fewest of them comes first and its like after one of every other
 * sort: each crashed operation doubles how many there are, and few of them matter.
 *
 * O(m log m) for m configurations.
 */
export function narrowBeam(wide: Antichain, width: number, bits: ConfigurationBits): Antichain {
  const narrow = new Antichain(bits.exact.slice());
  const configuration = new Int32Array(wide.stride);
  const { records } = wide;
  const ranked: number[] = [];
  for (let record = 0; record < records; record++) {
    if (!wide.has(record)) continue;
    wide.read(record, configuration);
    ranked.push(debtsOf(configuration, bits) * records + record);
  }
  ranked.sort((left, right) => left - right);
  const like = new Map<number, number>();
  for (const [index, rank] of ranked.entries()) {
    wide.read(rank % records, configuration);
    const sort = sortOf(configuration, bits);
    const before = like.get(sort) ?? 0;
    like.set(sort, before + 1);
    ranked[index] = before * MOST_DEBTS * records + rank;
  }
  ranked.sort((left, right) => left - right);
  for (const rank of ranked.slice(0, width)) {
    wide.read(rank % records, configuration);
    narrow.add(configuration);
  }
  return narrow;
}

function debtsOf(configuration: Int32Array, { words, total, exact }: ConfigurationBits): number {
  let debts = 0;
  for (let word = 0; word < words; word++) {
    const pending = configuration[HEADER + word] as number;
    const used = configuration[HEADER + words + word] as number;
    debts += 2 * countBits(pending & ~(total[word] as number));
    debts += countBits(used & ~(exact[word] as number)) + countBits(pending & (total[word] as number));
  }
  return debts;
}

/** A number that is the same for configurations that differ in crashed operations only, and hardly ever for others. */
function sortOf(configuration: Int32Array, { words, optional }: ConfigurationBits): number {
  let hash = Math.imul((configuration[STATE] as number) ^ 0x9e3779b9, 0x85ebca6b);
  for (let index = 0; index < 2 * words; index++) {
    const crashed = index < words ? 0 : (optional[index - words] as number);
    hash = Math.imul(hash ^ (hash >>> 15) ^ ((configuration[HEADER + index] as number) & ~crashed), 0xc2b2ae35);
  }
  return hash;
}
