/** Names and values for `${NAME}` in a compose file. */
export type Variables = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^}]*))?\}|)/g;

/**
 * Fills in variables as the compose specification says: `$NAME`, `${NAME}`, `${NAME:-default}` (also where empty),
 * `${NAME-default}` (only where unset), `${NAME:+instead}`, `${NAME:?why}`; `$$` is a dollar sign. Throws an Error of one
 * line for a variable that is required or not set, and for a reference that it cannot read.
 */
export function interpolate(text: string, variables: Variables): string {
  return text.replace(
    REFERENCE,
    (whole, bare?: string, braced?: string, operator?: string, rest: string = ''): string => {
      if (whole === '$$') return '$';
      const name = bare ?? braced;
      if (name === undefined) {
        throw new Error(`cannot read the variable in ${JSON.stringify(text)}; a dollar sign is written $$`);
      }
      return valueOf(name, operator, rest, variables[name]);
    },
  );
}

function valueOf(name: string, operator: string | undefined, rest: string, value: string | undefined): string {
  // With a colon an empty value counts as none.
  const given = operator?.startsWith(':') === true && value === '' ? undefined : value;
  switch (operator?.at(-1) ?? '') {
    case '-':
      return given ?? rest;
    case '+':
      return given === undefined ? '' : rest;
    case '?':
      if (given === undefined) throw new Error(`variable ${name} is required: ${rest || 'it is not set'}`);
      return given;
    default:
      if (given === undefined) throw new Error(`variable ${name} is not set; set it, or write \${${name}:-default}`);
      return given;
  }
}
