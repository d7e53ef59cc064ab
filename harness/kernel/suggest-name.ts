/**
 * The known name that was probably meant: the nearest in letters, else the only one that has all of its words or none but
 * its words (`queue` and `fifo-queue`). Undefined where there is none.
 */
export function suggestName(given: string, known: readonly string[]): string | undefined {
  return nearestInLetters(given, known) ?? onlyOneOfWords(given, known);
}

function onlyOneOfWords(given: string, known: readonly string[]): string | undefined {
  const words = (name: string): readonly string[] => name.toLowerCase().split('-');
  const meant = words(given);
  const near = known.filter((name) => {
    const its = words(name);
    return meant.every((word) => its.includes(word)) || its.every((word) => meant.includes(word));
  });
  return near.length === 1 ? near[0] : undefined;
}

function nearestInLetters(given: string, known: readonly string[]): string | undefined {
  const limit = given.length <= 3 ? 1 : Math.max(2, Math.floor(given.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const name of known) {
    if (Math.abs(name.length - given.length) >= least) continue;
    const distance = editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance < least) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** Insertions, deletions and substitutions that make one text of the other. O(n * m). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let column = 1; column <= other.length; column++) {
      const substituted = (row[column - 1] ?? 0) + (one[at - 1] === other[column - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
