import type { JsonValue } from '../kernel/json.ts';

/** How parameters of a campaign name a setting of the environment: `set.latency` is `--set latency=...`. */
export const SETTING_PREFIX = 'set.';

/** Parameters of a run, told apart as the run command takes them. */
export interface SortedParameters {
  /** By the names of options. */
  readonly options: readonly (readonly [name: string, value: JsonValue])[];
  /** `name=value`, for `--set`. */
  readonly settings: readonly string[];
}

export function sortParameters(parameters: Readonly<Record<string, JsonValue>>): SortedParameters {
  const entries = Object.entries(parameters);
  return {
    options: entries.filter(([name]) => !name.startsWith(SETTING_PREFIX)),
    settings: entries
      .filter(([name]) => name.startsWith(SETTING_PREFIX))
      .map(([name, value]) => `${name.slice(SETTING_PREFIX.length)}=${parameterText(value)}`),
  };
}

/** A parameter's value as one word of a command line. */
export function parameterText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
