/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly in it, joined. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Characters that XML 1.0 has no place for, not even as references. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Reads an XML document of elements, attributes, text, comments and the five entities, and refuses everything that is not
 * well-formed. No namespaces, no DTD, no CDATA.
 */
export function readXml(document: string): XmlElement {
  if (FORBIDDEN.test(document)) throw new Error('the document holds a character that XML does not allow');
  const text = document.replace(/^<\?xml [^?]*\?>/, '').replaceAll(/<!--(?:(?!--)[\s\S])*-->/g, '');
  const reader = { text, at: 0 };
  skipBlanks(reader);
  const root = readElement(reader);
  skipBlanks(reader);
  if (reader.at < text.length)
    throw new Error(`unexpected text after the root element: ${text.slice(reader.at, reader.at + 40)}`);
  return root;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readElement(reader: Reader): XmlElement {
  const [, name = ''] = take(reader, /<([A-Za-z_][\w.:-]*)/y);
  const attributes: Record<string, string> = {};
  for (;;) {
    const [, key, value = ''] = take(reader, /\s+([A-Za-z_][\w.:-]*)\s*=\s*"([^"<]*)"|/y);
    if (key === undefined) break;
    if (key in attributes) throw new Error(`attribute ${key} of <${name}> is given twice`);
    attributes[key] = decode(value);
  }
  const [end = ''] = take(reader, /\s*\/?>/y);
  if (end.endsWith('/>')) return { name, attributes, children: [], text: '' };
  const children: XmlElement[] = [];
  let text = '';
  for (;;) {
    text += decode(take(reader, /[^<]*/y)[0] ?? '');
    if (reader.text.startsWith('</', reader.at)) break;
    children.push(readElement(reader));
  }
  const [, closed] = take(reader, /<\/([A-Za-z_][\w.:-]*)\s*>/y);
  if (closed !== name) throw new Error(`<${name}> is closed by </${closed ?? ''}>`);
  return { name, attributes, children, text };
}

function skipBlanks(reader: Reader): void {
  take(reader, /\s*/y);
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray {
  pattern.lastIndex = reader.at;
  const match = pattern.exec(reader.text);
  if (match === null) throw new Error(`not well-formed at: ${reader.text.slice(reader.at, reader.at + 60)}`);
  reader.at += match[0].length;
  return match;
}

function decode(text: string): string {
  return text.replaceAll(/&([^;]*;)?/g, (whole, body: string | undefined) => {
    const name = body?.slice(0, -1) ?? '';
    const code = /^#(x[\da-f]+|\d+)$/i.exec(name)?.[1];
    const decoded = code === undefined ? ENTITIES[name] : String.fromCodePoint(Number(code.replace(/^x/i, '0x')));
    if (decoded === undefined || FORBIDDEN.test(decoded)) throw new Error(`unknown reference ${whole}`);
    return decoded;
  });
}
