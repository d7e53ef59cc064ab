import { parseArgs } from 'node:util';
import { provedFamilies } from '../checkers/testing/proved-families.ts';
import { proveFamily } from '../checkers/testing/prove-family.ts';

/**
 * Compares checkers with their oracles on many random small histories: `npm run prove:checkers -- [NAME] [--runs N]
 * [--seed S]`. N is the number of cases per checker (what stands before the slash in the names of its comparisons), shared
 * out among its comparisons; NAME picks those that begin with it. Prints a line per comparison; stops at the first
 * disagreement with the smallest case that shows it.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const [wanted = ''] = positionals;
const families = provedFamilies.filter(({ name }) => name.startsWith(wanted));
if (families.length === 0) {
  const known = provedFamilies.map(({ name }) => name).join(', ');
  console.error(`no comparison is called ${wanted}; there are: ${known}`);
  process.exit(254);
}
const checkerOf = (name: string): string => name.slice(0, name.indexOf('/'));
for (const family of families) {
  const siblings = families.filter(({ name }) => checkerOf(name) === checkerOf(family.name)).length;
  const startMs = performance.now();
  const { name, runs, answers } = proveFamily(family, Math.ceil(Number(values.runs) / siblings), Number(values.seed));
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  const counts = Object.entries(answers).map(([answer, count]) => `${count} ${answer}`);
  console.log(`${name}: ${runs} cases agree (${counts.join('; ')}), ${seconds} s, seed ${values.seed}`);
}
