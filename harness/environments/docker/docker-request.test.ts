import { describe, expect, test } from 'vitest';
import { target as redis } from '../../../targets/redis/index.ts';
import type { ClusterRequest } from '../../kernel/environment.ts';
import { nodeNames } from '../../kernel/node.ts';
import { randomOf } from '../../kernel/random.ts';
import { parseDockerRequest } from './docker-request.ts';

function request(change: Partial<ClusterRequest>): ClusterRequest {
  return {
    runId: 'r',
    target: redis,
    workload: 'set',
    nodes: nodeNames(3),
    random: randomOf(1),
    settings: {},
    readyTimeoutMs: 1,
    progress: () => undefined,
    ...change,
  };
}

describe('a request to docker', () => {
  test('that is right names target and mechanism', () => {
    expect(parseDockerRequest(request({ variant: 'safe' }))).toEqual({ target: redis.docker, clockMechanism: 'vdso' });
    expect(parseDockerRequest(request({ settings: { clockMechanism: 'faketime' } })).clockMechanism).toBe('faketime');
  });

  const { docker: _, ...simOnly } = redis;
  test.each<[Partial<ClusterRequest>, string]>([
    [{ target: simOnly }, 'target redis does not run in docker: use --env sim'],
    [{ workload: 'bank' }, 'unknown workload of redis "bank": expected one of register, set'],
    [{ variant: 'fast' }, 'unknown variant of redis "fast": expected one of safe'],
    [{ mutant: 'm' }, 'unknown mutant of redis "m": there is none'],
    [{ nodes: nodeNames(5) }, 'redis runs on 3 to 3 nodes, got 5'],
    [{ settings: { loss: 1 } }, 'unknown setting of docker "loss": expected one of clockMechanism'],
    [{ settings: { clockMechanism: 'ntp' } }, 'clockMechanism must be one of vdso, faketime, got "ntp"'],
  ])('that is wrong gets one line: %o', (change, message) => {
    expect(() => parseDockerRequest(request(change))).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});
