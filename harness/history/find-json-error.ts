type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end' | 'nothing';

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Where a text stops being JSON, in characters from its start; its length where it is cut off or, against expectation, whole.
 * JSON.parse does not say where in every version of Node. O(characters).
 */
export function findJsonError(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const after = (): Expected => (open.length === 0 ? 'nothing' : ', or end');
  for (;;) {
    take(SPACE);
    const next = text[at];
    if (next === undefined) return at;
    const closes = open.at(-1) === '[' ? ']' : '}';
    const mayClose =
      expected === ', or end' || (expected === 'value or ]' && closes === ']') || expected === 'name or }';
    if (next === closes && open.length > 0 && mayClose) {
      open.pop();
      at++;
      expected = after();
    } else if (expected === 'name' || expected === 'name or }') {
      if (!take(STRING)) return at;
      expected = ':';
    } else if (expected === ':') {
      if (next !== ':') return at;
      at++;
      expected = 'value';
    } else if (expected === ', or end') {
      if (next !== ',') return at;
      at++;
      expected = open.at(-1) === '[' ? 'value' : 'name';
    } else if (expected === 'nothing') return at;
    else if (next === '[' || next === '{') {
      open.push(next);
      at++;
      expected = next === '[' ? 'value or ]' : 'name or }';
    } else {
      if (!take(next === '"' ? STRING : SCALAR)) return at;
      expected = after();
    }
  }
}
