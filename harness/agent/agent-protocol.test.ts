import { describe, expect, test } from 'vitest';
import { encodeMessage, NO_FAULTS, parseReply, parseRequest, type ObservedState } from './agent-protocol.ts';
import { splitLines } from './split-lines.ts';

describe('the line protocol', () => {
  test('requests survive the wire', () => {
    const request = { id: 3, type: 'apply', desired: { ...NO_FAULTS, killed: ['n1'] } } as const;
    expect(parseRequest(encodeMessage(request).trimEnd())).toEqual(request);
  });

  test.each([
    ['', 'one JSON object'],
    ['[1]', 'one JSON object'],
    ['{"type":"observe"}', 'numeric id'],
    ['{"id":1,"type":"explode"}', 'unknown request type "explode"'],
    ['{"id":1,"type":"apply"}', 'needs its body'],
    ['{"id":1,"type":"hello","hello":null}', 'needs its body'],
  ])('%s is no request', (line, complaint) => {
    expect(parseRequest(line)).toContain(complaint);
  });

  test('a clock that nothing measured stays unmeasured', () => {
    const state: ObservedState = {
      cuts: [],
      clocks: { n1: { offsetMs: undefined, probe: 'none', resolutionMs: 0 } },
      paused: {},
      running: {},
      errors: [],
      timings: { applyMs: 1, probeMs: 2 },
    };
    const reply = parseReply(encodeMessage({ id: 1, ok: true, state }));
    expect(reply).toEqual({ id: 1, ok: true, state });
    expect(Object.keys(state.clocks['n1'] ?? {})).toContain('offsetMs');
  });

  test('failures carry their message, garbage is told', () => {
    expect(parseReply('{"id":2,"ok":false,"message":"no"}')).toEqual({ id: 2, ok: false, message: 'no' });
    expect(parseReply('{"id":2}')).toContain('needs an id and ok');
  });

  test('lines are found in any chunks, characters of several bytes included', () => {
    const text = Buffer.from('{"a":"ü"}\n\n{"b":2}\nunfinished');
    for (let size = 1; size < text.length; size++) {
      const lines: string[] = [];
      const consume = splitLines((line) => lines.push(line));
      for (let at = 0; at < text.length; at += size) consume(text.subarray(at, at + size));
      expect(lines).toEqual(['{"a":"ü"}', '{"b":2}']);
    }
  });
});
