import { StringDecoder } from 'node:string_decoder';

/** A consumer of chunks that calls `onLine` for each whole line, without its end. An unfinished last line is kept back. */
export function splitLines(onLine: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') onLine(line);
    }
  };
}
