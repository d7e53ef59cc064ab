import { describe, expect, it } from 'vitest';
import { REGISTER_CODEC, SET_CODEC } from './hosted-operations.ts';

const READ = { f: 'read', value: null } as const;

describe('codecs of the reference protocols', () => {
  it('say operations on registers', () => {
    expect(REGISTER_CODEC.encode({ ...READ, key: 'k' })).toEqual({ f: 'read', kind: 'register', key: 'k' });
    expect(REGISTER_CODEC.encode({ f: 'write', key: 3, value: 7 })).toEqual({ f: 'write', key: 3, value: 7 });
    expect(REGISTER_CODEC.encode({ f: 'cas', key: 'k', value: [null, 2] })).toEqual({
      f: 'cas',
      key: 'k',
      from: null,
      to: 2,
    });
  });

  it('say operations on sets, with a key or without', () => {
    expect(SET_CODEC.encode(READ)).toEqual({ f: 'read', kind: 'set', key: '' });
    expect(SET_CODEC.encode({ f: 'add', key: 's', value: 7 })).toEqual({ f: 'add', key: 's', element: 7 });
  });

  it.each([
    [REGISTER_CODEC, { f: 'add', value: 1 }],
    [REGISTER_CODEC, { f: 'cas', key: 'k', value: [1] }],
    [SET_CODEC, { f: 'write', value: 1 }],
    [SET_CODEC, { f: 'drop', value: 1 }],
  ])('refuse what the object does not offer', (codec, invocation) => {
    expect(() => codec.encode(invocation)).toThrow(/offers no operation/);
  });

  it.each([
    [{ ok: null }, { type: 'ok', value: null }],
    [{ ok: [1, 2] }, { type: 'ok', value: [1, 2] }],
    [{ fail: 'no-leader' }, { type: 'fail', error: { code: 'no-leader' } }],
    [{ info: 'timeout' }, { type: 'info', error: { code: 'timeout' } }],
  ])('read the answer %j', (response, outcome) => {
    expect(REGISTER_CODEC.decode(READ, response)).toEqual(outcome);
  });

  it.each([null, 1, 'ok', [], {}, { fail: 1 }])('do not guess at the answer %j', (response) => {
    expect(() => REGISTER_CODEC.decode(READ, response as never)).toThrow(/expected an answer/);
  });
});
