import type { CampaignRecord, ExpectationResult } from '../../harness/store/campaign-record.ts';
import { formatCount, formatMs, listed, plural } from '../html/format.ts';
import type { CampaignView } from './campaign-view.ts';
import { FATE_WORDS } from './run-outcome.ts';

/** A campaign's verdict in words. */
export interface CampaignVerdict {
  readonly tone: 'valid' | 'invalid' | 'unknown' | 'running';
  /** One or two words for the badge. */
  readonly word: string;
  readonly headline: string;
  readonly sentences: readonly string[];
}

/**
 * What a campaign showed, for a reader who has seen nothing else of it. Expectations decide where the campaign has some;
 * otherwise what the systems promise decides.
 */
export function campaignVerdict(view: CampaignView): CampaignVerdict {
  const { tone, word, headline } = judged(view);
  return {
    ...(view.live && tone !== 'invalid' ? { tone: 'running', word: 'running' } : { tone, word }),
    headline: view.live ? `So far: ${headline}` : headline,
    sentences: [countSentence(view), promiseSentence(view), incompleteSentence(view)].filter((text) => text !== ''),
  };
}

type Judged = Pick<CampaignVerdict, 'tone' | 'word' | 'headline'>;

function judged(view: CampaignView): Judged {
  const { results, record } = view;
  if (results.length === 0) {
    return { tone: 'unknown', word: 'no runs', headline: 'no run has been made, so nothing is known.' };
  }
  return record.expectations.length > 0 ? byExpectations(record.expectations, results.length) : byPromises(view);
}

function byExpectations(all: readonly ExpectationResult[], runs: number): Judged {
  const of = (outcome: ExpectationResult['outcome']): number => all.filter((each) => each.outcome === outcome).length;
  const [broken, lost, unclear, accepted] = [of('broken'), of('lost-power'), of('unclear'), of('accepted')];
  const total = plural(all.length, 'expectation');
  if (broken > 0) {
    return { tone: 'invalid', word: 'broken', headline: `${formatCount(broken)} of ${total} ${are(broken)} broken.` };
  }
  if (lost > 0) {
    return {
      tone: 'unknown',
      word: 'lost power',
      headline: `violations that must show did not: ${formatCount(lost)} of ${total} lost power.`,
    };
  }
  if (unclear > 0) {
    return { tone: 'unknown', word: 'unclear', headline: `${formatCount(unclear)} of ${total} could not be decided.` };
  }
  const known = accepted === 0 ? '' : `, ${formatCount(accepted)} with findings that the baseline accepts`;
  return {
    tone: 'valid',
    word: 'as expected',
    headline: `${all.length === 1 ? 'the one expectation is' : `all ${total} are`} met in ${plural(runs, 'run')}${known}.`,
  };
}

function byPromises({ results }: CampaignView): Judged {
  const runs = plural(results.length, 'run');
  const broken = results.filter(({ promise }) => promise.outcome === 'broken');
  if (broken.length > 0) {
    const systems = [...new Set(broken.map(({ run }) => run.target))];
    return {
      tone: 'invalid',
      word: 'broken',
      headline: `${listed(systems)} broke what ${systems.length === 1 ? 'it promises' : 'they promise'} in ${formatCount(broken.length)} of ${runs}.`,
    };
  }
  const doubtful = results.filter(
    ({ outcome, promise }) => promise.outcome === 'unclear' || outcome === 'unknown' || outcome === 'harness-error',
  ).length;
  if (doubtful > 0) {
    return {
      tone: 'unknown',
      word: 'doubtful',
      headline: `no promise was seen to break, but ${formatCount(doubtful)} of ${runs} gave no answer.`,
    };
  }
  const invalid = results.filter(({ outcome }) => outcome === 'invalid').length;
  return {
    tone: 'valid',
    word: 'kept',
    headline:
      invalid === 0
        ? `no violation in ${runs}.`
        : `every promise was kept in ${runs}; ${formatCount(invalid)} showed anomalies that are allowed.`,
  };
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}

function countSentence({ results, record }: CampaignView): string {
  if (results.length === 0) return '';
  const parts = (['valid', 'invalid', 'unknown', 'harness-error'] as const).flatMap((fate) => {
    const count = results.filter(({ outcome }) => outcome === fate).length;
    if (count === 0) return [];
    return [fate === 'harness-error' ? plural(count, FATE_WORDS[fate]) : `${formatCount(count)} ${FATE_WORDS[fate]}`];
  });
  const failures = record.groups.length === 0 ? '' : ` Failures fall into ${plural(record.groups.length, 'group')}.`;
  return `${plural(results.length, 'run')}: ${listed(parts)}.${failures}`;
}

/** With expectations the promises are no longer in the headline. */
function promiseSentence({ results, record }: CampaignView): string {
  if (record.expectations.length === 0) return '';
  const broken = results.filter(({ promise }) => promise.outcome === 'broken').length;
  return broken === 0 ? '' : `${plural(broken, 'run')} broke what the system promises.`;
}

function incompleteSentence(view: CampaignView): string {
  const open = view.expectedRuns - view.results.length;
  if (open <= 0 || view.live) return '';
  return `${plural(open, 'planned run')} ${open === 1 ? 'was' : 'were'} not made: ${stopWords(view.record)}.`;
}

/** Why a campaign ended before its plan did. */
export function stopWords({ stopped }: CampaignRecord): string {
  if (stopped === undefined) return 'the campaign did not come to its end, and says not why';
  return STOP_WORDS[stopped];
}

const STOP_WORDS = {
  interrupted: 'the campaign was interrupted, and can be resumed',
  'budget-runs': 'the budget of runs was used up',
  'budget-minutes': 'the budget of minutes was used up',
} as const;

/** `about 12 min left`, from the pace so far; undefined before the first result and after the last. */
export function timeLeft({ record, results, expectedRuns }: CampaignView): string | undefined {
  const open = expectedRuns - results.length;
  if (results.length === 0 || open <= 0) return undefined;
  return `about ${formatMs((record.elapsedMs / results.length) * open)} left`;
}
