import type { JsonValue } from '../../harness/kernel/json.ts';

/** A duration with a unit that suits its size: `850 µs`, `12.3 ms`, `4.56 s`, `12 min 5 s`. */
export function formatNs(ns: number): string {
  const size = Math.abs(ns);
  if (size < 1e3) return `${Math.round(ns)} ns`;
  if (size < 1e6) return `${significant(ns / 1e3)} µs`;
  if (size < 1e9) return `${significant(ns / 1e6)} ms`;
  if (size < 120e9) return `${significant(ns / 1e9)} s`;
  const seconds = Math.round(ns / 1e9);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** {@link formatNs} for milliseconds. */
export function formatMs(ms: number): string {
  return formatNs(ms * 1e6);
}

/** A signed duration: `+3 s`, `−250 ms`. */
export function formatSignedMs(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${formatMs(Math.abs(ms))}`;
}

/** A whole number with separators: `1,234,567`. Independent of the machine's locale. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share with its percent sign. Never rounds a rest away: 999 of 1,000,000 missing is not `100 %`. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (100 * part) / whole;
  if (part !== 0 && percent < 0.01) return '< 0.01 %';
  if (part !== whole && percent > 99.99) return '> 99.99 %';
  if (percent === 0 || percent === 100) return `${percent} %`;
  return percent < 1 || percent > 99 ? `${percent.toFixed(2)} %` : `${percent.toFixed(1)} %`;
}

/** `1 fault`, `2 faults`. */
export function plural(count: number, singular: string, several: string = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : several}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** A value in one line of at most `lengthMax` characters. Transactions read `append x 1, r y [1,2]`. */
export function formatValue(value: JsonValue | undefined, lengthMax = 60): string {
  const text =
    value === undefined
      ? ''
      : isTransaction(value)
        ? value.map((part) => part.map((member) => formatValue(member)).join(' ')).join(', ')
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

/** Whether a value is a list of micro-operations: function, key, and argument or answer. */
export function isTransaction(value: JsonValue | undefined): value is readonly (readonly JsonValue[])[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((part) => Array.isArray(part) && part.length === 3 && typeof part[0] === 'string')
  );
}

function significant(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}
