import path from 'node:path';
import { sortParameters } from '../campaign/run-parameters.ts';
import type { JsonValue } from '../kernel/json.ts';
import { isModulePath } from '../modules/import-module.ts';
import { storedModulePath } from './run-request.ts';
import { RUN_OPTIONS, type RunOptionValues } from './run-options.ts';

/** What a campaign says of one run, by the names of the campaign record. */
export interface CampaignChoices {
  readonly variant?: string | undefined;
  readonly mutant?: string | undefined;
  readonly image?: string | undefined;
  readonly workload: string;
  readonly environment?: string | undefined;
  readonly faults: string;
  readonly seed: string;
  readonly parameters: Readonly<Record<string, JsonValue>>;
}

/** The run command's options for one run of a campaign: its defaults, and on top of them what the campaign says. */
export function campaignRunOptions(choices: CampaignChoices, baseDirectory: string): RunOptionValues {
  const defaults = Object.fromEntries(Object.entries(RUN_OPTIONS).map(([name, { default: value }]) => [name, value]));
  const { options, settings } = sortParameters(choices.parameters);
  const values = {
    ...defaults,
    ...Object.fromEntries(options),
    set: settings,
    env: choices.environment,
    workload: moduleReference(choices.workload, baseDirectory),
    faults: choices.faults,
    seed: choices.seed,
    variant: choices.variant,
    mutant: choices.mutant,
    image: choices.image,
  };
  // The campaign's schema holds parameters to the options' types; the map of defaults does not carry them.
  return values as unknown as RunOptionValues;
}

/** A name as it is; the path of a module as an absolute one. */
export function moduleReference(nameOrPath: string, baseDirectory: string): string {
  if (!isModulePath(nameOrPath) || nameOrPath.startsWith('file:')) return nameOrPath;
  return path.resolve(baseDirectory, nameOrPath);
}

/** A name as it is; the path of a module from the working directory. */
export function referenceFromHere(nameOrPath: string, baseDirectory: string): string {
  const reference = moduleReference(nameOrPath, baseDirectory);
  return isModulePath(reference) ? storedModulePath(reference) : reference;
}
