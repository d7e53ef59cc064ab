const WORD = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)|(\s+)/gs;

/**
 * Splits a command into words as a POSIX shell would, without running one: quotes and backslashes count, nothing is
 * expanded. Throws an Error of one line for a quote that is never closed.
 */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let read = 0;
  for (const match of text.matchAll(WORD)) {
    if (match.index !== read) break;
    read += match[0].length;
    const [, double, single, escaped, plain] = match;
    const part = double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? plain;
    if (part === undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + part;
  }
  if (read !== text.length) throw new Error(`a quote in ${JSON.stringify(text)} is never closed`);
  if (word !== undefined) words.push(word);
  return words;
}
