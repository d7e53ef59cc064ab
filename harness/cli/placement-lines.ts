import type { GuaranteeReport } from '../../checkers/guarantees/index.ts';
import { groupBy } from '../../checkers/judging/group-by.ts';
import type { CheckSummary } from '../store/run-record.ts';
import { printable } from './console.ts';

type PlacementFacts = Pick<
  GuaranteeReport,
  'models' | 'strongest' | 'weakestBroken' | 'undecided' | 'notAsked' | 'notAskedBecause' | 'findings'
>;

/**
 * A placement among the consistency levels for terminals: what holds, what breaks and by what, what was not decided and
 * why, what was not asked. Nothing for other checks.
 */
export function placementLines({ name, facts }: Pick<CheckSummary, 'name' | 'facts'>): readonly string[] {
  if (name !== 'guarantees' || !('strongest' in facts)) return [];
  const report = facts as unknown as PlacementFacts;
  return [...holding(report), ...broken(report), ...undecided(report), ...notAsked(report)].map(
    (line) => `    ${printable(line)}`,
  );
}

function holding({ strongest, models }: PlacementFacts): readonly string[] {
  if (strongest.length === 0) return ['holds: nothing that was asked'];
  const implied = Object.values(models).filter(({ verdict }) => verdict === 'valid').length - strongest.length;
  return [`holds: ${strongest.join(', ')}${implied > 0 ? ` (and ${implied} weaker)` : ''}`];
}

function broken({ weakestBroken, models, findings }: PlacementFacts): readonly string[] {
  if (weakestBroken.length === 0) return [];
  const all = Object.values(models).filter(({ verdict }) => verdict === 'invalid').length;
  const implied = all - weakestBroken.length;
  const stronger = implied > 0 ? ` (and ${implied} stronger)` : '';
  const byFinding = groupBy(weakestBroken, (model) => models[model]?.findings?.[0] ?? -1);
  const why = [...byFinding].map(([position, names]) => {
    const finding = findings[position];
    return `  ${names.join(', ')}: ${finding === undefined ? 'no finding' : `${finding.anomaly}: ${finding.message}`}`;
  });
  return [`breaks: ${weakestBroken.join(', ')}${stronger}`, ...why];
}

function undecided({ undecided: models, models: verdicts }: PlacementFacts): readonly string[] {
  const byReason = groupBy(models, (model) => verdicts[model]?.reason ?? 'it was not decided');
  return [...byReason].map(([reason, names]) => `not decided: ${names.join(', ')} (${reason})`);
}

function notAsked({ notAsked: models, notAskedBecause }: PlacementFacts): readonly string[] {
  return models.length === 0 ? [] : [`not asked: ${models.length} other levels: ${notAskedBecause}`];
}
