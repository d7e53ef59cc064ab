/**
 * What kind of thing went wrong, which decides the exit code: `usage` (bad arguments or input) is 254, the others 255.
 */
export const HARNESS_ERROR_CODES = [
  'usage',
  'environment',
  'image',
  'not-ready',
  'heal-failed',
  'storage',
  'interrupted',
  'internal',
] as const;
export type HarnessErrorCode = (typeof HARNESS_ERROR_CODES)[number];

/**
 * A failure of the harness or of its surroundings, never of the system under test. `message` is one line for the user:
 * what was expected, what came, what to do. `detail` may hold more lines (the last log lines of a container).
 */
export class HarnessError extends Error {
  readonly code: HarnessErrorCode;
  readonly detail: string | undefined;

  constructor(code: HarnessErrorCode, message: string, options: { cause?: unknown; detail?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HarnessError';
    this.code = code;
    this.detail = options.detail;
  }
}

/** True for a HarnessError, also one from another copy of this module. */
export function isHarnessError(error: unknown): error is HarnessError {
  return error instanceof Error && error.name === 'HarnessError' && 'code' in error;
}

/** True for a HarnessError about bad arguments or input. */
export function isUsageError(error: unknown): error is HarnessError {
  return isHarnessError(error) && error.code === 'usage';
}
