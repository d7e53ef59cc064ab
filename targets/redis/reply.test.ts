import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeCommand, ErrorReply, ReplyReader, type Reply } from './reply.ts';

function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof ErrorReply) return `-${reply.message}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

const { reply: anyReply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('reply'), { maxLength: 4 }),
  ),
}));

describe('replies of RESP 2', () => {
  test('are read as they were written, however they are cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(anyReply, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (replies, size) => {
          const bytes = Buffer.from(replies.map(encodeReply).join(''));
          const reader = new ReplyReader();
          const read: Reply[] = [];
          for (let at = 0; at < bytes.length; at += size) {
            reader.push(bytes.subarray(at, at + size));
            for (let reply = reader.read(); reply !== undefined; reply = reader.read()) read.push(reply);
          }
          expect(read).toEqual(replies);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('simple strings, errors and the null array', () => {
    const reader = new ReplyReader();
    reader.push(Buffer.from('+OK\r\n-READONLY no\r\n*-1\r\n*0\r\n'));
    expect(reader.read()).toBe('OK');
    expect(reader.read()).toEqual(new ErrorReply('READONLY no'));
    expect(reader.read()).toBe(null);
    expect(reader.read()).toEqual([]);
    expect(reader.read()).toBe(undefined);
  });

  test('anything else is refused', () => {
    const reader = new ReplyReader();
    reader.push(Buffer.from('HTTP/1.1 400 Bad Request\r\n'));
    expect(() => reader.read()).toThrow('expected a RESP reply, got "HTTP/1.1 400');
  });

  test('a command is an array of strings counted in bytes', () => {
    expect(encodeCommand(['SET', 'ü', ''])).toBe('*3\r\n$3\r\nSET\r\n$2\r\nü\r\n$0\r\n\r\n');
  });
});
