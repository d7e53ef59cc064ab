import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CampaignRecord, Expectation } from '../../store/campaign-record.ts';
import { EMPTY_BASELINE } from './baseline.ts';
import { judgeExpectations } from './judge-expectations.ts';
import { junitXml } from './junit-xml.ts';
import { readXml } from './testing/read-xml.ts';
import { HOSTILE, sketchRecord, sketchResult, sketchRun } from './testing/sketch-campaign.ts';
import { readXmlSchema, validateXml } from './testing/validate-xml.ts';

const schemaFile = new URL('testing/junit.xsd', import.meta.url).pathname;
const schema = readXmlSchema(readFileSync(schemaFile, 'utf8'));

/** Runs of every kind, and expectations that come out in every way. */
function recordOf(text: string): CampaignRecord {
  const about = (target: string): { where: { target: string } } => ({ where: { target } });
  const promise = { kind: 'promise', level: 'linearizable', keepsAcknowledged: true } as const;
  const expected: readonly Expectation[] = [
    { ...promise, ...about('raft') },
    { ...promise, ...about('gossip') },
    { kind: 'violation', ...about('redis'), anomaly: text, atLeast: 1 },
    { ...promise, ...about(text) },
  ];
  const bad = sketchResult(sketchRun(), {
    anomalies: ['linearizability not-linearizable'],
    reasons: [text],
    rerun: text,
  });
  const results = [
    sketchResult(sketchRun({ target: 'raft', parameters: { [text]: text } })),
    { ...bad, anomalies: bad.anomalies.map((seen) => ({ ...seen, anomaly: text, message: text })) },
    sketchResult(sketchRun({ target: 'redis', variant: text, seed: text })),
    sketchResult(sketchRun({ target: text }), { outcome: 'unknown', reasons: [text, text] }),
    sketchResult(sketchRun({ target: text, mutant: text }), { outcome: 'harness-error', reasons: [text] }),
  ];
  const planned = [...results.map(({ run }) => run), sketchRun()];
  const expectations = judgeExpectations({ planned, results }, expected, EMPTY_BASELINE);
  return sketchRecord({ name: text, results, planned, expectations });
}

describe('JUnit XML', () => {
  it('keeps to the schema, with every kind of outcome in it', () => {
    const record = recordOf('plain');
    expect(record.expectations.map(({ outcome }) => outcome)).toEqual(['met', 'broken', 'lost-power', 'unclear']);
    const xml = junitXml(record);
    expect(validateXml(xml, schema)).toEqual([]);
    const root = readXml(xml);
    expect(root.attributes).toMatchObject({ tests: '10', failures: '3', errors: '2', skipped: '2', time: '6.170' });
    const [expectations, ...groups] = root.children;
    expect(expectations?.children.map(({ children }) => children[0]?.name)).toEqual([
      undefined,
      'failure',
      'failure',
      'error',
    ]);
    expect(groups).toHaveLength(5);
    expect(groups[1]?.children.map(({ attributes, children }) => [attributes['name'], children[0]?.name])).toEqual([
      [expect.stringContaining('gossip register in sim under partition, seed run-'), 'failure'],
      [expect.stringContaining('gossip register in sim under partition, seed run-'), 'skipped'],
    ]);
  });

  it.each(HOSTILE)('holds hostile text as text: %j', (text) => {
    const xml = junitXml(recordOf(text));
    expect(validateXml(xml, schema)).toEqual([]);
    // eslint-disable-next-line no-control-regex -- control characters are exactly what must not be there
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });

  it('holds any text at all', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { minLength: 1, maxLength: 12 }), (units) => {
        const xml = junitXml(recordOf(String.fromCharCode(...units)));
        return validateXml(xml, schema).length === 0;
      }),
    );
  });

  it('would be refused if it broke the schema', () => {
    const xml = junitXml(recordOf('plain'));
    expect(validateXml(xml.replace(/ tests="4"/, ' tests="-4"'), schema)).toHaveLength(1);
    expect(validateXml(xml.replace(' type="broken"', ''), schema)).toHaveLength(1);
    expect(validateXml(xml.replace('<skipped ', '<ignored '), schema).join()).toContain('<ignored>');
    expect(validateXml(xml.replace(/timestamp="[^"]*/, '$&Z'), schema)).toHaveLength(1);
    expect(() => validateXml(xml.replace('</testsuites>', ''), schema)).toThrow('not well-formed');
  });

  it('is accepted by libxml2', (test) => {
    if (spawnSync('xmllint', ['--version']).error !== undefined) {
      test.skip('xmllint is not installed (Debian: libxml2-utils); the checks above read the same schema');
    }
    const directory = mkdtempSync(path.join(tmpdir(), 'faultline-junit-'));
    try {
      for (const text of ['plain', ...HOSTILE]) {
        const file = path.join(directory, 'junit.xml');
        writeFileSync(file, junitXml(recordOf(text)));
        const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schemaFile, file], {
          encoding: 'utf8',
        });
        expect(status, stderr).toBe(0);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
