import type { CampaignRun } from '../store/campaign-record.ts';
import { parameterText, sortParameters } from './run-parameters.ts';

/**
 * A command line that runs one run of a campaign again alone.
 *
 * @param reference how a target or a workload is named in the folder in which the line is to be used
 */
export function rerunLine(run: CampaignRun, reference: (nameOrPath: string) => string): string {
  const { options, settings } = sortParameters(run.parameters);
  const choices = [
    ...(run.variant === undefined ? [] : ['--variant', run.variant]),
    ...(run.mutant === undefined ? [] : ['--mutant', run.mutant]),
    ...(run.image === undefined ? [] : ['--image', run.image]),
    ...options.flatMap(([name, value]) => [`--${name}`, parameterText(value)]),
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  const faults = run.faults.length === 0 ? 'none' : run.faults.join(',');
  return [
    'faultline',
    'run',
    reference(run.target),
    '--env',
    run.environment,
    '--workload',
    reference(run.workload),
    '--faults',
    faults,
    '--seed',
    run.seed,
    ...choices,
  ]
    .map(quoted)
    .join(' ');
}

/** As a POSIX shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
