import { expect, test } from 'vitest';
import { demultiplexLogs } from './container-logs.ts';

function frame(stream: 1 | 2, text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

test('frames of both streams are joined in order', () => {
  expect(demultiplexLogs(Buffer.concat([frame(1, 'one\n'), frame(2, 'zwei ü\n'), frame(1, '')]))).toBe('one\nzwei ü\n');
});

test('a character split over two frames survives', () => {
  const bytes = Buffer.from('ü');
  const head = (length: number): Buffer => Buffer.from([1, 0, 0, 0, 0, 0, 0, length]);
  expect(demultiplexLogs(Buffer.concat([head(1), bytes.subarray(0, 1), head(1), bytes.subarray(1)]))).toBe('ü');
});

test('the log of a container with a terminal is text already', () => {
  expect(demultiplexLogs(Buffer.from('plain text of a terminal\n'))).toBe('plain text of a terminal\n');
  expect(demultiplexLogs(Buffer.alloc(0))).toBe('');
});
