import { optionalElement } from './page-element.ts';

/** Filters of the list act at once, and its button for comparing can be pressed when two runs are chosen. */
export function startRunChoice(): void {
  const filters = optionalElement('filters', HTMLFormElement);
  filters?.addEventListener('change', (event) => {
    if (event.target instanceof HTMLSelectElement) filters.requestSubmit();
  });
  const form = optionalElement('compare', HTMLFormElement);
  const button = form?.querySelector<HTMLButtonElement>('button[type="submit"]');
  if (form === undefined || button === null || button === undefined) return;
  const show = (): void => {
    const chosen = form.querySelectorAll('input[name="run"]:checked').length;
    button.disabled = chosen !== 2;
    button.textContent = chosen === 2 ? 'Compare these two' : `Compare: choose two runs (${chosen} chosen)`;
  };
  form.addEventListener('change', show);
  show();
}
