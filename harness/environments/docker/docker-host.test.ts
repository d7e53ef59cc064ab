import { expect, test } from 'vitest';
import { dockerHost } from './docker-host.ts';

test.each([
  'unix:///run/docker.sock',
  '/run/docker.sock',
  'tcp://host:2375',
  'https://[::1]:2376/',
  'ssh://host',
  'host:1',
])('%s is where an engine may be', (host) => expect(dockerHost({ DOCKER_HOST: host })).toBe(host));

test('without it, or with an empty one, the engine is behind the local socket', () => {
  expect(dockerHost({})).toBe('/var/run/docker.sock');
  expect(dockerHost({ DOCKER_HOST: '' })).toBe('/var/run/docker.sock');
});

test.each(['garbage', 'http://', 'unix://', 'tcp://', 'foo://bar', 'tcp://a:b:c', 'a b:1'])('%s is refused', (host) => {
  expect(() => dockerHost({ DOCKER_HOST: host })).toThrow(`DOCKER_HOST is "${host}", expected an address`);
});
