import { readXml, type XmlElement } from './read-xml.ts';

/** What a schema declares, by kind and name: `xs:element testsuite`. */
export type XmlSchema = ReadonlyMap<string, XmlElement>;

/**
 * Reads an XML schema of the kind that `junit.xsd` is: global elements with sequences of references, attributes, simple
 * types that restrict by pattern or bound. Validating refuses schemas that use more.
 */
export function readXmlSchema(text: string): XmlSchema {
  return new Map(readXml(text).children.map((child) => [`${child.name} ${child.attributes['name'] ?? ''}`, child]));
}

/** Validates a document and returns what is wrong. Throws on what is not well-formed. */
export function validateXml(document: string, schema: XmlSchema): readonly string[] {
  return violations(readXml(document), schema);
}

function violations(element: XmlElement, schema: XmlSchema): readonly string[] {
  const declaration = schema.get(`xs:element ${element.name}`);
  if (declaration === undefined) return [`<${element.name}> is not declared`];
  const type = declaration.children[0];
  const isMixed = type === undefined || type.attributes['mixed'] === 'true';
  const parts = type?.children ?? [];
  const known = parts.find((part) => !['xs:sequence', 'xs:attribute'].includes(part.name));
  if (known !== undefined) throw new Error(`the schema uses ${known.name}, which is not understood here`);
  const sequence = parts.find((part) => part.name === 'xs:sequence')?.children ?? [];
  return [
    ...(isMixed || element.text.trim() === '' ? [] : [`<${element.name}> holds text`]),
    ...attributeViolations(element, parts, schema),
    ...sequenceViolations(element, sequence),
    ...element.children.flatMap((child) => violations(child, schema)),
  ];
}

function attributeViolations(element: XmlElement, parts: readonly XmlElement[], schema: XmlSchema): readonly string[] {
  const attributes = new Map(
    parts.filter(({ name }) => name === 'xs:attribute').map((each) => [each.attributes['name'] ?? '', each]),
  );
  const missing = [...attributes].flatMap(
    ([
      name,
      {
        attributes: { use },
      },
    ]) => (use === 'required' && !(name in element.attributes) ? [`<${element.name}> lacks ${name}`] : []),
  );
  const wrong = Object.entries(element.attributes).flatMap(([name, value]) => {
    const type = attributes.get(name)?.attributes['type'];
    if (type === undefined) return [`<${element.name}> has the undeclared attribute ${name}`];
    return isOfType(value, type, schema) ? [] : [`${name}="${value}" of <${element.name}> is no ${type}`];
  });
  return [...missing, ...wrong];
}

const BUILT_IN: Readonly<Record<string, RegExp>> = {
  'xs:string': /^/,
  'xs:nonNegativeInteger': /^\+?\d+$/,
  'xs:decimal': /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  'xs:dateTime': /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
};

function isOfType(value: string, type: string, schema: XmlSchema): boolean {
  const builtIn = BUILT_IN[type];
  if (builtIn !== undefined) return builtIn.test(value);
  const restriction = schema.get(`xs:simpleType ${type}`)?.children[0];
  if (restriction === undefined) throw new Error(`the schema names the type ${type}, which is not understood here`);
  const facets = restriction.children.map(({ name, attributes }) => {
    const limit = attributes['value'] ?? '';
    if (name === 'xs:pattern') return new RegExp(`^(?:${limit})$`).test(value);
    if (name === 'xs:minInclusive') return Number(value) >= Number(limit);
    throw new Error(`the schema uses ${name}, which is not understood here`);
  });
  return isOfType(value, restriction.attributes['base'] ?? '', schema) && facets.every(Boolean);
}

function sequenceViolations(element: XmlElement, sequence: readonly XmlElement[]): readonly string[] {
  let at = 0;
  for (const particle of sequence) {
    const { ref, minOccurs = '1', maxOccurs = '1' } = particle.attributes;
    const max = maxOccurs === 'unbounded' ? Infinity : Number(maxOccurs);
    let count = 0;
    while (count < max && element.children[at]?.name === ref) {
      count++;
      at++;
    }
    if (count < Number(minOccurs))
      return [`<${element.name}> has ${count} <${ref ?? ''}>, expected at least ${minOccurs}`];
  }
  const left = element.children[at];
  return left === undefined ? [] : [`<${left.name}> has no place there in <${element.name}>`];
}
