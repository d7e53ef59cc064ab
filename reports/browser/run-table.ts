import { optionalElement, pageElement } from './page-element.ts';
import { recall, remember } from './page-memory.ts';

/** Rows that are shown at first, and added by each press of the button: browsers lay out some hundreds without pause. */
const PART = 250;

/** Search, filters and sorting of the table of runs. */
export function startRunTable(): void {
  const table = optionalElement('run-table', HTMLTableElement);
  if (table === undefined) return;
  new RunTable(table).start();
}

class RunTable {
  readonly #body: HTMLTableSectionElement;
  /** In the order of sorting. */
  #rows: readonly Row[];
  readonly #search = pageElement('run-search', HTMLInputElement);
  readonly #selects = [...document.querySelectorAll<HTMLSelectElement>('select[data-filter]')];
  readonly #sorts: readonly HTMLButtonElement[];
  readonly #more = pageElement('run-more', HTMLButtonElement);
  #shownMax = PART;

  constructor(table: HTMLTableElement) {
    this.#body = table.tBodies[0] ?? table.createTBody();
    this.#rows = [...this.#body.rows].map((element) => ({
      element,
      text: (element.textContent + titles(element)).toLowerCase(),
    }));
    this.#sorts = [...table.querySelectorAll<HTMLButtonElement>('button.sort')];
  }

  start(): void {
    this.#search.addEventListener('input', () => this.#changed());
    for (const select of this.#selects) select.addEventListener('change', () => this.#changed());
    for (const sort of this.#sorts) sort.addEventListener('click', () => this.#sortBy(sort));
    this.#more.addEventListener('click', () => {
      this.#shownMax += PART;
      this.#show();
    });
    pageElement('run-reset', HTMLButtonElement).addEventListener('click', () => this.#filterBy({}));
    for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-pick]')) {
      button.addEventListener('click', () => {
        this.#filterBy(JSON.parse(button.dataset['pick'] ?? '{}') as Readonly<Record<string, string>>);
        document.getElementById('runs')?.scrollIntoView();
      });
    }
    this.#restore();
    this.#show();
  }

  #filterBy(wanted: Readonly<Record<string, string>>): void {
    this.#search.value = '';
    for (const select of this.#selects) select.value = wanted[select.dataset['filter'] ?? ''] ?? '';
    this.#changed();
  }

  #changed(): void {
    this.#shownMax = PART;
    const state = [this.#search.value, ...this.#selects.map(({ value }) => value)];
    remember('filter', JSON.stringify(state));
    this.#show();
  }

  #restore(): void {
    const [search, ...values] = JSON.parse(recall('filter') ?? '[]') as readonly string[];
    this.#search.value = search ?? '';
    // A value that is no longer offered leaves the select empty, which would hide every row.
    this.#selects.forEach((select, index) => {
      const value = values[index] ?? '';
      select.value = [...select.options].some((option) => option.value === value) ? value : '';
    });
  }

  #show(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const filters = this.#selects.filter(({ value }) => value !== '');
    let matching = 0;
    for (const { element, text } of this.#rows) {
      const matches =
        filters.every((select) => element.dataset[select.dataset['filter'] ?? ''] === select.value) &&
        words.every((word) => text.includes(word));
      if (matches) matching++;
      element.hidden = !matches || matching > this.#shownMax;
    }
    const shown = Math.min(matching, this.#shownMax);
    const all = this.#rows.length;
    pageElement('run-count', HTMLSpanElement).textContent =
      `${matching === all ? all : `${matching} of ${all}`} runs${shown < matching ? `, the first ${shown} shown` : ''}`;
    this.#more.hidden = shown === matching;
  }

  #sortBy(button: HTMLButtonElement): void {
    const heads = this.#sorts.flatMap((sort) => sort.closest('th') ?? []);
    const head = button.closest('th');
    if (head === null) return;
    const down = head.ariaSort === 'ascending';
    for (const each of heads) each.removeAttribute('aria-sort');
    head.ariaSort = down ? 'descending' : 'ascending';
    const value = (row: Row): string => {
      const cell = row.element.cells[head.cellIndex];
      return cell?.dataset['sort'] ?? cell?.textContent.trim() ?? '';
    };
    const keyed = this.#rows.map((row) => ({ row, key: value(row) }));
    const order = button.dataset['kind'] === 'number' ? byNumber : byText;
    keyed.sort((left, right) => (down ? order(right.key, left.key) : order(left.key, right.key)));
    this.#rows = keyed.map(({ row }) => row);
    this.#body.append(...this.#rows.map(({ element }) => element));
    this.#show();
  }
}

interface Row {
  readonly element: HTMLTableRowElement;
  /** What the search looks at, in lower case. */
  readonly text: string;
}

/** Sentences that only show on hovering are searched as well. */
function titles(element: HTMLTableRowElement): string {
  return [...element.querySelectorAll<HTMLElement>('[title]')].map(({ title }) => ` ${title}`).join('');
}

function byNumber(left: string, right: string): number {
  return Number(left) - Number(right);
}

const collator = new Intl.Collator('en', { numeric: true });

function byText(left: string, right: string): number {
  return collator.compare(left, right);
}
