import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readXmlSchema, validateXml } from '../campaign/expectations/testing/validate-xml.ts';
import { FAULTLINE, faultline, type Ended } from './testing/run-faultline.ts';

const schema = readXmlSchema(
  readFileSync(new URL('../campaign/expectations/testing/junit.xsd', import.meta.url), 'utf8'),
);

let directory: string;
beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), 'faultline-ci-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'step.md' };

/** Writes a campaign of one seed and few virtual seconds, and holds it through the built command. */
async function campaign(yaml: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> {
  writeFileSync(path.join(directory, 'c.yaml'), `name: c\nparameters: { time-limit: 4, nodes: 3 }\n${yaml}`);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [FAULTLINE, 'campaign', 'c.yaml', '--ci', '--store', 'store', ...args],
    {
      cwd: directory,
      reject: false,
      stdin: 'ignore',
      timeout: 120_000,
      env: { NO_COLOR: '1', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', ...env },
    },
  );
  return { exitCode, stdout, stderr };
}

function read(file: string): string {
  return readFileSync(path.join(directory, file), 'utf8');
}

describe('faultline campaign --ci', () => {
  it('goes red for a broken promise, tells GitHub and Jenkins, and green once it is accepted', async () => {
    const promise = 'targets: [gossip]\nfaults: [none]\nexpectations: [{ promises: linearizable }]\n';
    const red = await campaign(promise, ['--junit', 'junit.xml', '--summary', 'summary.md'], GITHUB);
    expect(red.exitCode, red.stderr).toBe(1);
    expect(red.stderr).toMatch(
      /^::error file=c\.yaml,title=broken%3A c::all runs keeps linearizable: broken in 1 of 1/m,
    );
    expect(validateXml(read('junit.xml'), schema)).toEqual([]);
    expect(read('junit.xml')).toContain('tests="2" failures="2"');
    expect(read('summary.md')).toContain('| ❌ broken | `all runs keeps linearizable` |');
    expect(read('step.md')).toBe(read('summary.md'));

    const updated = await campaign(promise, ['--update']);
    expect(updated.exitCode, updated.stderr).toBe(0);
    expect(updated.stderr).toContain('1 accepted findings, 1 added, 0 removed');
    const baseline = read('c.baseline.json');
    expect(baseline).toContain('"check":"linearizability","anomaly":"not-linearizable"');
    const green = await campaign(promise);
    expect(green.exitCode, green.stdout).toBe(0);
    expect(green.stdout).toContain('accepted: all runs keeps linearizable: broken in 1 of 1 run, all accepted');
    expect(read('c.baseline.json')).toBe(baseline);

    // The same file beside a system that shows nothing of the kind: obsolete, and not red.
    const raft = promise.replace('gossip', 'raft');
    const obsolete = await campaign(raft);
    expect(obsolete.exitCode, obsolete.stderr).toBe(0);
    expect(obsolete.stderr).toContain('no run shows it any more: gossip register under none: linearizability');
  }, 180_000);

  it('goes red where power was lost: a system that loses nothing, expected to lose', async () => {
    const lossy = 'targets: [raft]\nworkloads: [set]\nfaults: [none]\nexpectations: [{ shows: lost }]\n';
    const ended = await campaign(lossy, ['--junit', 'junit.xml']);
    expect(ended.exitCode, ended.stderr).toBe(2);
    expect(ended.stdout).toContain(
      'lost-power: all runs shows lost: lost was seen in 0 of 1 run, expected in at least 1',
    );
    expect(read('junit.xml')).toContain('type="lost-power"');
    expect(ended.stderr).not.toContain('::error');
  }, 60_000);

  it('is green where known violations are seen and other targets keep what they promise of themselves', async () => {
    const known = '[{ target: gossip, shows: not-linearizable }]';
    const green = await campaign(`targets: [raft, gossip]\nfaults: [none]\nexpectations: ${known}\n`);
    expect(green.exitCode, green.stdout).toBe(0);
    expect(green.stdout).toContain('met: raft default with none register keeps linearizable');
    expect(green.stdout).toContain(
      'met: gossip shows not-linearizable: not-linearizable was seen in 1 of 1 run; at this',
    );
  }, 90_000);

  it('is not green where a budget left most runs out', async () => {
    const ended = await campaign(
      'targets: [raft]\nseeds: 3\nexpectations: [{ promises: linearizable }]\nbudget: { runs: 1 }\n',
    );
    expect(ended.exitCode, ended.stdout).toBe(2);
    expect(ended.stdout).toMatch(/unclear: all runs keeps linearizable: .*; 2 of 3 runs not made/);
  }, 60_000);

  it.each([
    [['--junit', 'no/where.xml'], 'there is no folder no'],
    [['--baseline', 'missing.json'], '--baseline missing.json: no such file; --update writes one'],
    [['--baseline', 'README.md'], 'README.md is not valid JSON'],
    [['--annotations', 'gitlab'], 'annotations expects one of github, none'],
  ])('%j gets one line and 254 before anything is run', async (args, message) => {
    const file = path.join(directory, 'c.yaml');
    writeFileSync(file, 'name: c\ntargets: [raft]\n');
    const store = path.join(directory, 'store');
    const ended = await faultline('campaign', file, '--ci', '--store', store, ...args);
    expect(ended).toMatchObject({ exitCode: 254, stdout: '' });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain(message);
    expect(existsSync(store)).toBe(false);
  });

  it.each([
    [['--update'], '--update needs --baseline FILE or --campaign FILE'],
    [['--campaign', 'no.yaml'], '--campaign no.yaml: no such file'],
  ])('merge %j gets one line and 254', async (args, message) => {
    const out = path.join(directory, 'out');
    const ended = await faultline('merge', directory, '--out', out, ...args);
    expect(ended).toMatchObject({ exitCode: 254, stdout: '', stderr: `faultline: ${message}\n` });
    expect(existsSync(out)).toBe(false);
  });
});
