import type { z } from 'zod';
import type { CampaignDefinition } from './campaign-definition.ts';
import { CampaignProblem, type CampaignPath } from './campaign-problem.ts';
import { campaignSchema } from './campaign-schema.ts';
import { suggestName } from '../kernel/suggest-name.ts';

/** Checks a campaign's definition against its schema. Throws a CampaignProblem for the first thing that is wrong. */
export function parseDefinition(value: unknown): CampaignDefinition {
  const result = campaignSchema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw problemOf(issue, []);
}

type Issue = z.core.$ZodIssue;

function problemOf(issue: Issue | undefined, above: CampaignPath): CampaignProblem {
  if (issue === undefined) return new CampaignProblem(above, 'is not a campaign');
  const path = [...above, ...issue.path.filter((step) => typeof step !== 'symbol')];
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKey(issue.keys[0] ?? '', path);
    case 'invalid_type':
      if (issue.input === undefined) return new CampaignProblem(path.slice(0, -1), `${last(path)} is missing`);
      return new CampaignProblem(path, `${last(path)} expects ${article(issue.expected)}, got ${shown(issue.input)}`);
    case 'invalid_value':
      return new CampaignProblem(path, unknownValue(last(path), issue.input, issue.values.map(String)));
    case 'invalid_union':
      return closestBranch(issue, path);
    case 'invalid_format':
      return new CampaignProblem(path, `${last(path)}: ${issue.message}, got ${shown(issue.input)}`);
    case 'too_small':
    case 'too_big':
      return new CampaignProblem(path, `${last(path)} is ${shown(issue.input)}: ${bound(issue)}`);
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return new CampaignProblem(path, `${last(path)}: ${issue.message}`);
  }
}

/** Of the ways in which a value may be written, the one it resembles most tells what is wrong. */
function closestBranch(issue: z.core.$ZodIssueInvalidUnion, path: CampaignPath): CampaignProblem {
  const meant = issue.errors.filter((issues) => issues.some((each) => each.path.length > 0 || !isOfOtherType(each)));
  const branch = meant.toSorted((left, right) => misfits(left) - misfits(right))[0];
  if (branch === undefined) {
    const expected = issue.errors.flatMap((issues) => issues.flatMap((each) => typeNames(each)));
    const forms = [...new Set(expected)].join(' or ');
    return new CampaignProblem(path, `${last(path)} expects ${forms}, got ${shown(issue.input)}`);
  }
  return problemOf(branch.toSorted((left, right) => rank(left) - rank(right))[0], path);
}

function isOfOtherType(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

/** Missing fields and unknown keys count: an expectation with `shows` is a violation, not a promise. */
function misfits(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

/** An unknown key explains a missing one, so it is told first. */
function rank(issue: Issue): number {
  return issue.code === 'unrecognized_keys' ? 0 : 1;
}

function typeNames(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_union') return issue.errors.flatMap((issues) => issues.flatMap(typeNames));
  return issue.code === 'invalid_type' ? [article(issue.expected)] : [];
}

/** Keys are looked up in the whole schema: what is right elsewhere is a likely slip here too. */
function unknownKey(key: string, path: CampaignPath): CampaignProblem {
  const known = knownKeys(path);
  const meant = suggestName(key, known);
  const hint = meant === undefined ? `expected ${known.join(', ')}` : `did you mean ${meant}?`;
  const where = path.length === 0 ? 'the campaign' : last(path);
  return new CampaignProblem([...path, key], `unknown key ${JSON.stringify(key)} in ${where}; ${hint}`, 'key');
}

/** The keys that an object at this path may have, from all its forms. */
function knownKeys(path: CampaignPath): readonly string[] {
  let forms: readonly unknown[] = [campaignSchema];
  for (const step of path) forms = forms.flatMap((form) => stepInto(form, step));
  return [...new Set(forms.flatMap(unwrapped).flatMap((form) => Object.keys(shapeOf(form) ?? {})))];
}

function stepInto(form: unknown, step: string | number): readonly unknown[] {
  return unwrapped(form).flatMap((each) => {
    const { element } = definitionOf(each);
    if (typeof step === 'number') return element === undefined ? [] : [element];
    const inner = shapeOf(each)?.[step];
    return inner === undefined ? [] : [inner];
  });
}

/** The forms behind optional values and unions. */
function unwrapped(form: unknown): readonly unknown[] {
  const { innerType, options } = definitionOf(form);
  if (innerType !== undefined) return unwrapped(innerType);
  return options === undefined ? [form] : options.flatMap(unwrapped);
}

interface SchemaDefinition {
  readonly innerType?: unknown;
  readonly options?: readonly unknown[];
  readonly element?: unknown;
  readonly shape?: Readonly<Record<string, unknown>>;
}

function shapeOf(form: unknown): Readonly<Record<string, unknown>> | undefined {
  return definitionOf(form).shape;
}

function definitionOf(form: unknown): SchemaDefinition {
  return (form as { readonly def: SchemaDefinition }).def;
}

/** `unknown mutant "x"; did you mean y?`, or the list of what is known. */
export function unknownValue(what: string, given: unknown, known: readonly string[]): string {
  const meant = typeof given === 'string' ? suggestName(given, known) : undefined;
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${meant}?`;
  return `unknown ${what} ${shown(given)}; ${hint}`;
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const of = issue.origin === 'array' ? ' entries' : issue.origin === 'string' ? ' characters' : '';
  if (issue.code === 'too_small') {
    return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${of}`;
  }
  return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${of}`;
}

/** What the value at a path is called: its key, with the indices after it. */
function last(path: CampaignPath): string {
  const key = path.findLastIndex((step) => typeof step === 'string');
  if (key === -1) return 'the campaign';
  const indices = path.slice(key + 1).map((index) => `[${index}]`);
  return `${path[key]}${indices.join('')}`;
}

function article(type: string): string {
  const names: Readonly<Record<string, string>> = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    int: 'a whole number',
    number: 'a number',
    string: 'a text',
    boolean: 'true or false',
  };
  return names[type] ?? type;
}

/** A value as an error message may quote it. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = jsonOf(value) ?? `a ${typeof value}`;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Modules may hold what JSON cannot: functions, big integers, circles. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
