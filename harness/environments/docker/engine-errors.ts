import { HarnessError } from '../../kernel/harness-error.ts';

/** HTTP status of an engine's answer; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  return isRecord(error) && typeof error['statusCode'] === 'number' ? error['statusCode'] : undefined;
}

/** The engine's own words, in one line. */
export function engineMessage(error: unknown): string {
  const json = isRecord(error) ? error['json'] : undefined;
  const said = isRecord(json) && typeof json['message'] === 'string' ? json['message'] : undefined;
  const message = said ?? (error instanceof Error ? error.message : String(error));
  return message.replace(/\s+/g, ' ').trim();
}

/** Says what failed and what to do, for the errors that users meet: no engine, no permission, a refusal. */
export function explainEngineError(doing: string, error: unknown, socket: string): HarnessError {
  if (error instanceof HarnessError) return error;
  const code = isRecord(error) ? error['code'] : undefined;
  const line = ((): string => {
    switch (code) {
      case 'ENOENT':
        return `no Docker engine: ${socket} does not exist; install and start Docker, or use --env sim`;
      case 'ECONNREFUSED':
        return `no Docker engine answers on ${socket}: start it (for example: systemctl start docker), or use --env sim`;
      case 'EACCES':
      case 'EPERM':
        return `no permission to use the Docker engine at ${socket}: run as root or join the group docker`;
      default:
        return `the Docker engine could not ${doing}: ${engineMessage(error)}`;
    }
  })();
  return new HarnessError('environment', line, { cause: error });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
