import { optionalElement } from './page-element.ts';

const listeners: (() => void)[] = [];
/** Colours of the present theme: asking the browser for one makes it lay out the whole page. */
const resolved = new Map<string, string>();

/** Calls back whenever colours changed: by the page's button, by the system's setting, or for printing. */
export function onThemeChange(listener: () => void): void {
  listeners.push(listener);
}

/** A colour of the style sheet, by its variable's name without dashes, as `rgb(…)`; with `alpha` as `rgba(…)`. */
export function themeColor(name: string, alpha?: number): string {
  const color = resolved.get(name) ?? resolve(name);
  return alpha === undefined ? color : color.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

/** A variable's own text would be `light-dark(…)`, which a canvas does not take; a used colour is resolved. */
function resolve(name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  resolved.set(name, color);
  return color;
}

/** Wires the button, which overrides the system's setting, and printing, which is always light. */
export function startTheme(): void {
  const root = document.documentElement;
  const changed = (): void => {
    resolved.clear();
    for (const listener of listeners) listener();
  };
  const darkSystem = matchMedia('(prefers-color-scheme: dark)');
  darkSystem.addEventListener('change', changed);
  optionalElement('theme', HTMLButtonElement)?.addEventListener('click', () => {
    const dark = root.dataset['theme'] === undefined ? darkSystem.matches : root.dataset['theme'] === 'dark';
    root.dataset['theme'] = dark ? 'light' : 'dark';
    changed();
  });
  let chosen: string | undefined;
  addEventListener('beforeprint', () => {
    chosen = root.dataset['theme'];
    root.dataset['theme'] = 'light';
    changed();
  });
  addEventListener('afterprint', () => {
    if (chosen === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = chosen;
    changed();
  });
}
