/** Those that no other one makes redundant. */
export function nearest(all: readonly number[], covers: (one: number, other: number) => boolean): number[] {
  return all.filter((each) => !all.some((other) => other !== each && covers(other, each)));
}
