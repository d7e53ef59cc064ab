const INLINE_MAX = 0x7fffffff;

/** True for numbers that are their own value code: whole ones in [0, 2^31). */
export function isInlineNumber(value: number): boolean {
  return value >= 0 && value <= INLINE_MAX && Number.isInteger(value) && !Object.is(value, -0);
}
