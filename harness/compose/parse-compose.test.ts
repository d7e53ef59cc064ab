import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';
import { parseCompose, startOrder } from './parse-compose.ts';
import { splitWords } from './split-words.ts';

const parse = (text: string, variables = {}): ReturnType<typeof parseCompose> =>
  parseCompose(text, '/p/shop/c.yml', variables);

const FULL = `
version: "3.9"
x-common: &common
  image: example/kv:\${TAG:-1.0}
  environment: { MODE: cluster, RETRIES: 3 }
services:
  kv1:
    <<: *common
    command: serve --name "kv 1" --cost $$5
    volumes: [ "data1:/data", "/anonymous" ]
    tmpfs: /run
    ports: [ "8080:80", 127.0.0.1:9000:90/tcp ]
    expose: [ "7000" ]
    healthcheck: { test: curl -f localhost, interval: 1m30s, retries: 3 }
  kv2:
    build: { context: ./kv, dockerfile: prod.Dockerfile }
    entrypoint: [ "/bin/kv" ]
    environment: [ "A=1=2", HOME_OF ]
    depends_on: { kv1: { condition: service_healthy } }
    networks: [ default ]
volumes: { data1: }
`;

describe('reading a compose file', () => {
  it('refuses a small file that would be a huge value, and an alias of nothing, in one line', () => {
    const lists = Array.from({ length: 9 }, (_, at) => `x-${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}]`);
    expect(() => parse(['x-0: &a0 [1]', ...lists].join('\n'))).toThrow(/^\S*c\.yml:1:1: Excessive alias count/);
    expect(() => parse('services: *none')).toThrow(/^\S*c\.yml:\d+:\d+: [^\n]*none[^\n]*$/);
  });

  it('understands what says how nodes run', () => {
    const { name, services } = parse(FULL, { HOME_OF: 'here' });
    expect(name).toBe('shop');
    const [one, two] = services;
    expect(one).toMatchObject({
      name: 'kv1',
      image: 'example/kv:1.0',
      command: ['serve', '--name', 'kv 1', '--cost', '$5'],
      environment: { MODE: 'cluster', RETRIES: '3' },
      volumes: ['/data', '/anonymous'],
      tmpfs: ['/run'],
      ports: [7000, 80, 90],
      healthcheck: { test: ['CMD-SHELL', 'curl -f localhost'], intervalMs: 90_000, retries: 3 },
    });
    expect(two).toMatchObject({
      build: { context: '/p/shop/kv', dockerfile: 'prod.Dockerfile' },
      entrypoint: ['/bin/kv'],
      environment: { A: '1=2', HOME_OF: 'here' },
      dependsOn: new Map([['kv1', 'healthy']]),
    });
    expect(startOrder(services)?.map((group) => group.map((service) => service.name))).toEqual([['kv1'], ['kv2']]);
  });

  const service = (lines: string): string => `services:\n  a:\n    image: i\n${lines}`;
  const refused: readonly (readonly [string, string])[] = [
    [
      service('    restart: always\n'),
      'c.yml:4:5: restart is not supported: Faultline decides when a node starts again',
    ],
    [service('    cap_add: [X]\n'), 'c.yml:4:5: cap_add is not supported: supported are image, build'],
    [service('    volumes: [ "./conf:/etc/conf" ]\n'), 'c.yml:4:16: only named volumes and tmpfs are supported'],
    [service('    volumes: [ "d:/x:ro" ]\n'), 'c.yml:4:16: options of a volume (ro) are not supported'],
    [service('    command: serve "x\n'), 'c.yml:4:5: a quote in "serve \\"x" is never closed'],
    [service('    ports: [ "80/udp" ]\n'), 'c.yml:4:14: expected a TCP port, received "80/udp"'],
    [service('    depends_on: [ b ]\n'), 'c.yml:4:5: a depends on b, which is no service'],
    [service('    depends_on: [ a ]\n'), 'c.yml:1:1: the dependencies of the services go in a circle'],
    [service('    networks: [ back ]\n'), 'c.yml:4:5: only the default network is supported'],
    [service('    environment: [ NOT_THERE ]\n'), 'c.yml:4:20: variable NOT_THERE has no value here and is not set'],
    [service('    command: ${NOPE}\n'), 'c.yml:4:5: variable NOPE is not set; set it, or write ${NOPE:-default}'],
    [service('    healthcheck: { test: x, interval: soon }\n'), 'c.yml:4:29: expected a duration like 1m30s'],
    ['services:\n  a: {}\n', 'c.yml:2:3: service a has neither image nor build'],
    ['services: {}\n', 'c.yml:1:1: expected services, at least one'],
    ['secrets: {}\nservices: { a: { image: i } }\n', 'c.yml:1:1: secrets is not supported'],
    ['services: { a: { image: i } }\nvolumes: { d: { external: true } }\n', 'c.yml:2:12: options of volume d are not'],
    ['services: [', 'c.yml:1:12: '],
    ['', 'c.yml:1:1: expected a compose file'],
    [
      'services:\n  a: { image: i, volumes: [ "d:/x" ] }\n  b: { image: i, volumes: [ "d:/x" ] }\n',
      'c.yml:3:29: volume d is shared with a: not supported',
    ],
  ];
  it.each(refused)('refuses %j', (text, message) => {
    let said = '';
    try {
      parse(text);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said).toContain(message);
    expect(said).not.toContain('\n');
  });
});

describe('variables', () => {
  it.each([
    ['$A-${A}', '1-1'],
    ['${E:-x}${E-y}${U-z}', 'xz'],
    ['${A:+set}${U:+set}', 'set'],
    ['$$A', '$A'],
  ])('%s is %s', (text, expected) => expect(interpolate(text, { A: '1', E: '' })).toBe(expected));

  it.each([
    ['${U:?say it}', /variable U is required: say it/],
    ['${U', /cannot read the variable/],
    ['a $ b', /a dollar sign is written \$\$/],
  ])('%s is refused', (text, message) => expect(() => interpolate(text, {})).toThrow(message));
});

describe('splitting a command', () => {
  it.each([
    [`a 'b c' "d \\"e\\"" f\\ g`, ['a', 'b c', 'd "e"', 'f g']],
    [` x ''  "" `, ['x', '', '']],
    [`--a="b c"'d'`, ['--a=b cd']],
  ])('%s', (text, words) => expect(splitWords(text)).toEqual(words));
});
