import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import { formatCount, formatValue } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';

/** Name and value pairs. Objects of objects become tables, other nested values one line each. Undefined for none. */
export function factList(facts: Readonly<Record<string, JsonValue>>): SafeHtml | undefined {
  const entries = Object.entries(facts);
  if (entries.length === 0) return undefined;
  const plain = entries.filter(([, value]) => !isTable(value));
  const tables = entries.flatMap(([name, value]) => (isTable(value) ? [[name, value] as const] : []));
  return html`${
    plain.length > 0 &&
    html`<dl class="facts">
      ${plain.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${factText(value)}</dd>`,
      )}
    </dl>`
  }
  ${tables.map(
    ([name, value]) =>
      html`<details class="fact-table">
        <summary>${name}</summary>
        ${factTable(value)}
      </details>`,
  )}`;
}

type Table = Readonly<Record<string, JsonObject>>;

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTable(value: JsonValue): value is Table {
  if (!isObject(value)) return false;
  const rows = Object.values(value);
  return rows.length > 0 && rows.every(isObject);
}

function factTable(table: Table): SafeHtml {
  const rows = Object.entries(table).map(([name, row]) => [name, flat(row)] as const);
  const columns = [...new Set(rows.flatMap(([, row]) => Object.keys(row)))];
  return html`<div class="scroll" tabindex="0" role="group" aria-label="facts">
    <table>
      <thead>
        <tr>
          <th></th>
          ${columns.map((column) => html`<th scope="col" class="number">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, row]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${columns.map((column) => html`<td class="number">${factText(row[column])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Members of members beside the others, as `latencyMs p50`. */
function flat(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      isObject(value) ? Object.entries(value).map(([inner, item]) => [`${name} ${inner}`, item]) : [[name, value]],
    ),
  );
}

function factText(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number')
    return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(6)));
  if (isObject(value)) {
    return Object.entries(value)
      .map(([name, item]) => `${name} ${isObject(item) ? formatValue(item, 80) : factText(item)}`)
      .join(', ');
  }
  if (Array.isArray(value))
    return formatValue(value.map((item) => (isObject(item) ? formatValue(item) : factText(item))).join(', '), 300);
  return formatValue(value, 300);
}
