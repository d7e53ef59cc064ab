import type { HarnessErrorCode } from '../kernel/harness-error.ts';
import type { Verdict } from '../kernel/verdict.ts';

export const EXIT_VALID = 0;
export const EXIT_INVALID = 1;
export const EXIT_UNKNOWN = 2;
export const EXIT_INTERRUPTED = 130;
export const EXIT_USAGE = 254;
export const EXIT_HARNESS = 255;

export function exitCodeOfVerdict(verdict: Verdict): number {
  switch (verdict) {
    case 'valid':
      return EXIT_VALID;
    case 'invalid':
      return EXIT_INVALID;
    case 'unknown':
      return EXIT_UNKNOWN;
  }
}

/**
 * The exit code of an error. Whatever the user can mend before trying again (arguments, input, the image, the engine, the
 * disk) is 254; failures of the harness itself and of healing are 255.
 */
export function exitCodeOfError(code: HarnessErrorCode): number {
  switch (code) {
    case 'usage':
    case 'environment':
    case 'image':
    case 'not-ready':
    case 'storage':
      return EXIT_USAGE;
    case 'interrupted':
      return EXIT_INTERRUPTED;
    case 'heal-failed':
    case 'internal':
      return EXIT_HARNESS;
  }
}

/** Where several meet: a proven violation wins, then a failure of the harness, then doubt, then success. */
const PRECEDENCE: readonly number[] = [EXIT_INVALID, EXIT_HARNESS, EXIT_UNKNOWN, EXIT_VALID];

/** The exit code of several outcomes together. Codes outside the usual four win over everything. */
export function combineExitCodes(codes: readonly number[]): number {
  const unusual = codes.find((code) => !PRECEDENCE.includes(code));
  return unusual ?? PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT_VALID;
}
