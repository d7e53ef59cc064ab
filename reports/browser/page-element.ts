import { visibleText } from '../html/visible-text.ts';

/** The element with this id, as the given kind. Throws where the page has none: script and page are made together. */
export function pageElement<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = optionalElement(id, kind);
  if (found === undefined) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

/** Like {@link pageElement}, for parts that only some pages have. */
export function optionalElement<Kind extends Element>(id: string, kind: new () => Kind): Kind | undefined {
  const found = document.getElementById(id);
  return found instanceof kind ? found : undefined;
}

/** An element with text. Text only: whatever it holds is never parsed as markup, and what would deceive is made visible. */
export function textElement(
  tag: 'div' | 'span' | 'dt' | 'dd' | 'dl' | 'button',
  text = '',
  className = '',
): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = visibleText(text);
  if (className !== '') element.className = className;
  return element;
}
