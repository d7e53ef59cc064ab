import type { Draw, Generator } from '../kernel/generator.ts';

const DONE: Draw = { kind: 'done' };

/** The generator that is exhausted. */
export const NOTHING: Generator = { draw: () => DONE };
