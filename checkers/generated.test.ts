import { describe, expect, it } from 'vitest';
import { breaksOf, GENERATED_MODELS, generateHistory } from './generate/index.ts';
import { checkerNamed } from './registry.ts';
import { GENERATED_JUDGES } from './testing/generated-judges.ts';
import { contextWith } from './testing/sketch.ts';

const SEEDS = [1, 2, 3];

const rows = GENERATED_MODELS.flatMap((model) =>
  [undefined, ...breaksOf(model)].flatMap((broken) =>
    (GENERATED_JUDGES[model] ?? []).map((judge) => [model, broken, judge] as const),
  ),
);

describe('generated histories', () => {
  it('have a judge that looks for each way to break them', () => {
    const unseen = GENERATED_MODELS.flatMap((model) =>
      breaksOf(model).filter((way) => !(GENERATED_JUDGES[model] ?? []).some(({ calls }) => Object.hasOwn(calls, way))),
    );
    expect(unseen).toEqual([]);
  });

  it.each(rows)('%s broken as %s is judged so by %j', (model, broken, { checker, options = {}, calls }) => {
    const anomaly = broken === undefined ? undefined : calls[broken];
    for (const seed of SEEDS) {
      const history = generateHistory({ model, broken, operations: 150, clients: 4, crashed: 3, seed });
      const { verdict, findings } = checkerNamed(checker).check(history, contextWith(options));
      const named = anomaly === undefined || findings.some((finding) => finding.anomaly === anomaly);
      expect({ seed, verdict, named }).toEqual({
        seed,
        verdict: anomaly === undefined ? 'valid' : 'invalid',
        named: true,
      });
    }
  });
});
