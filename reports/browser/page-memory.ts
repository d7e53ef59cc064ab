/** Keeps a word for this page over a reload. Silently forgets where the browser allows no storage. */
export function remember(name: string, value: string): void {
  try {
    sessionStorage.setItem(keyOf(name), value);
  } catch {
    // Storage may be off for pages from disk; the page works without.
  }
}

/** What {@link remember} kept; null for nothing. */
export function recall(name: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

function keyOf(name: string): string {
  return `faultline ${location.pathname} ${name}`;
}
