import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readXmlSchema, validateXml } from '../campaign/expectations/testing/validate-xml.ts';
import { FAULTLINE } from './testing/run-faultline.ts';

const EXAMPLES = fileURLToPath(new URL('../../docs/ci', import.meta.url));

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: { readonly name?: string; readonly path?: string; readonly pattern?: string };
}

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly steps: readonly Step[];
        readonly needs?: string;
        readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
      }
    >
  >;
}

/** A checkout of a repository with the example campaign, made small, and an installed faultline. */
let checkout: string;

beforeAll(() => {
  checkout = mkdtempSync(path.join(tmpdir(), 'faultline-ci-'));
  mkdirSync(path.join(checkout, 'ci'));
  const campaign = parse(readFileSync(path.join(EXAMPLES, 'guarantees.yaml'), 'utf8')) as object;
  const small = {
    ...campaign,
    workloads: ['register'],
    faults: ['partition'],
    seeds: 2,
    parameters: { 'time-limit': 6 },
  };
  const about = (small as unknown as { expectations: { workload: string }[] }).expectations;
  const expectations = about.filter(({ workload }) => workload === 'register');
  expect(expectations).toHaveLength(3);
  writeFileSync(path.join(checkout, 'ci/guarantees.yaml'), stringify({ ...small, expectations }));
  mkdirSync(path.join(checkout, 'node_modules/.bin'), { recursive: true });
  chmodSync(FAULTLINE, 0o755);
  symlinkSync(FAULTLINE, path.join(checkout, 'node_modules/.bin/faultline'));
  writeFileSync(path.join(checkout, 'package.json'), '{ "name": "checkout", "private": true }');
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

/** Runs a shell command in the checkout as a CI machine does. `npm ci` needs the network and is the only thing left out. */
async function shell(command: string): Promise<{ exitCode: number | undefined; all: string }> {
  const offline = command.replace(/\bnpm ci\b/, 'true');
  const { exitCode, all } = await execa('sh', ['-ec', offline], {
    cwd: checkout,
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: 180_000,
    env: { NO_COLOR: '1', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', NPM_CONFIG_OFFLINE: 'true' },
  });
  return { exitCode, all };
}

describe('the examples of docs/ci', () => {
  it('GitHub Actions: every step of the shards and of the merge', async () => {
    const workflow = parse(readFileSync(path.join(EXAMPLES, 'github-actions.yaml'), 'utf8')) as Workflow;
    const { shard, merge } = workflow.jobs;
    if (shard === undefined || merge === undefined) throw new Error('expected the jobs shard and merge');
    expect(merge.needs).toBe('shard');
    const artifacts = path.join(checkout, 'artifacts');
    for (const index of shard.strategy?.matrix.shard ?? []) {
      // Every machine starts from a fresh checkout.
      rmSync(path.join(checkout, 'store'), { recursive: true, force: true });
      for (const step of shard.steps) await take(step, artifacts, index);
    }
    for (const step of merge.steps) await take(step, artifacts, undefined);
    const schema = readXmlSchema(
      readFileSync(new URL('../campaign/expectations/testing/junit.xsd', import.meta.url), 'utf8'),
    );
    const junit = readFileSync(path.join(checkout, 'junit.xml'), 'utf8');
    expect(validateXml(junit, schema)).toEqual([]);
    expect(junit).toMatch(/<testsuites name="guarantees" tests="7" failures="0" errors="0" skipped="0"/);
    expect(existsSync(path.join(checkout, 'artifacts/campaign/campaign/campaign.html'))).toBe(true);
  }, 240_000);

  it('a shell: the script', async () => {
    const script = path.join(EXAMPLES, 'guarantees.sh');
    const text = readFileSync(script, 'utf8');
    const green = await shell(text);
    expect(green.exitCode, green.all).toBe(0);
    expect(green.all).toContain('every promise was kept');
    expect(existsSync(path.join(checkout, 'junit.xml'))).toBe(true);
    expect(readFileSync(path.join(checkout, 'summary.md'), 'utf8')).toContain('✅ met');
  }, 240_000);
});

/** Takes one step of a job. Actions of others are done by hand: what they do is files that come and go. */
async function take(step: Step, artifacts: string, shard: number | undefined): Promise<void> {
  const filled = (text: string): string => text.replaceAll('${{ matrix.shard }}', String(shard));
  if (step.run !== undefined) {
    const { exitCode, all } = await shell(filled(step.run));
    expect(exitCode, `${step.name ?? step.run}\n${all}`).toBe(0);
    return;
  }
  const [action = ''] = step.uses?.split('@') ?? [];
  const given = step.with ?? {};
  switch (action) {
    case 'actions/checkout':
    case 'actions/setup-node':
      return;
    case 'actions/upload-artifact':
      return upload(path.join(artifacts, filled(given.name ?? '')), given.path?.trim().split('\n') ?? []);
    case 'actions/download-artifact':
      cpSync(artifacts, path.join(checkout, given.path ?? ''), { recursive: true });
      return;
    default:
      throw new Error(`the workflow uses ${action}, which this test does not know`);
  }
}

/** As the action does it: links are followed, and what all paths have in common is left out of the names. */
function upload(artifact: string, patterns: readonly string[]): void {
  const [excluded] = patterns.filter((pattern) => pattern.startsWith('!'));
  const leaf = excluded === undefined ? undefined : path.basename(excluded);
  const paths = patterns.filter((pattern) => !pattern.startsWith('!'));
  for (const each of paths) {
    const to = paths.length === 1 ? artifact : path.join(artifact, each);
    cpSync(path.join(checkout, each), to, {
      recursive: true,
      dereference: true,
      filter: (source) => path.basename(source) !== leaf,
    });
  }
}
