import fc from 'fast-check';

/** What both judges say about one case; they agree when `came` equals `expected`. */
export interface Comparison {
  /** The checker's verdict, with what else must agree. */
  readonly came: string;
  /** The oracle's. */
  readonly expected: string;
}

/** A way to compare a checker with a deliberately dumb oracle on random small cases. */
export interface ProvedFamily<Case = unknown> {
  /** `register/unique values`: the part before the slash is what `npm run prove:checkers FAMILY` selects by. */
  readonly name: string;
  readonly cases: fc.Arbitrary<Case>;
  /** Judges one case both ways. May throw: that counts as a disagreement. */
  compare(sample: Case): Comparison;
}

/** What a proof run found. */
export interface ProofSummary {
  readonly name: string;
  readonly runs: number;
  /** How often each agreed answer came: a family that only ever sees `valid` proves nothing. */
  readonly answers: Readonly<Record<string, number>>;
}

/** Makes a family usable in a list of families over different cases. */
export function provedFamily<Case>(family: ProvedFamily<Case>): ProvedFamily {
  return {
    name: family.name,
    cases: family.cases,
    compare: (sample) => family.compare(sample as Case),
  };
}

/** fast-check keeps something of every case until an assertion ends: a million list-append cases were 4 GB. */
const CASES_PER_ASSERTION = 20_000;

/** Compares on `runs` cases. Throws on the first disagreement, with the smallest case that shows it and its seed. */
export function proveFamily(family: ProvedFamily, runs: number, seed: number): ProofSummary {
  const answers: Record<string, number> = {};
  const property = fc.property(family.cases, (sample) => {
    const { came, expected } = family.compare(sample);
    if (came !== expected) throw new Error(`${family.name}: the checker says ${came}, the oracle says ${expected}`);
    answers[expected] = (answers[expected] ?? 0) + 1;
  });
  for (let from = 0; from < runs; from += CASES_PER_ASSERTION) {
    const assertion = from / CASES_PER_ASSERTION;
    fc.assert(property, {
      numRuns: Math.min(CASES_PER_ASSERTION, runs - from),
      seed: (seed + Math.imul(assertion, 0x9e3779b9)) | 0,
    });
  }
  return { name: family.name, runs, answers };
}
