import type { Socket } from 'node:net';
import type { JsonValue } from '../kernel/json.ts';

/** A longer line is no line of ours. */
const LINE_LENGTH_MAX = 64 * 1024 * 1024;

/** Calls `onLine` with every line that arrives, as JSON. What cannot be read ends the connection. */
export function onJsonLines(socket: Socket, onLine: (value: JsonValue) => void): void {
  let parts: string[] = [];
  let length = 0;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = chunk.split('\n');
    parts.push(lines[0] ?? '');
    length += lines[0]?.length ?? 0;
    if (length > LINE_LENGTH_MAX) socket.destroy(new Error(`a line is longer than ${LINE_LENGTH_MAX}`));
    if (lines.length === 1 || socket.destroyed) return;
    lines[0] = parts.join('');
    const rest = lines.pop() ?? '';
    parts = [rest];
    length = rest.length;
    for (const line of lines) {
      const value = parsed(line);
      if (value === undefined) socket.destroy(new Error(`not JSON: ${line.slice(0, 80)}`));
      if (socket.destroyed || value === undefined) return;
      onLine(value);
    }
  });
}

/** Sends a value as one line, unless more than `pendingMax` bytes wait already; then it answers false. */
export function sendJsonLine(socket: Socket, value: unknown, pendingMax: number): boolean {
  if (socket.destroyed || socket.writableLength > pendingMax) return false;
  socket.write(`${JSON.stringify(value)}\n`);
  return true;
}

function parsed(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line) as JsonValue;
  } catch {
    return undefined;
  }
}
