import { pageElement } from './page-element.ts';

/** Parses a block of JSON in the page. The page was written together with this script, so its shape is known. */
export function jsonBlock<Shape>(id: string): Shape {
  return JSON.parse(pageElement(id, HTMLScriptElement).text) as Shape;
}

/** Unpacks a block of base64 of gzip, and frees the text. */
export async function packedBlock(id: string): Promise<Uint8Array> {
  const element = pageElement(id, HTMLScriptElement);
  const packed = fromBase64(element.text);
  element.remove();
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** {@link packedBlock} of JSON. */
export async function packedJsonBlock<Shape>(id: string): Promise<Shape> {
  return JSON.parse(new TextDecoder().decode(await packedBlock(id))) as Shape;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // Newer browsers decode at memory speed; the loop takes about 0.1 s for 20 MB.
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (native !== undefined) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
