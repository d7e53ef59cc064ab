import { statSync } from 'node:fs';

/**
 * The folder of histories with known verdicts that FAULTLINE_CORPUS names. Undefined, with the reason printed, where it
 * is unset or, as a shell leaves it, the empty text. Throws where it names no folder: a typing error skips nothing.
 */
export function corpusFolder(named: string | undefined = process.env['FAULTLINE_CORPUS']): string | undefined {
  if (named === undefined || named.trim() === '') {
    console.warn('corpus tests skipped: FAULTLINE_CORPUS does not name the folder of histories with known verdicts');
    return undefined;
  }
  if (statSync(named, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Error(`FAULTLINE_CORPUS is ${JSON.stringify(named)}: there is no such folder`);
  }
  return named;
}
