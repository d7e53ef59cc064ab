import path from 'node:path';
import { GENERATED_MODELS, breaksOf, generateHistory, type GenerateOptions } from '../../checkers/generate/index.ts';
import { writeHistoryFile, writeJsonl } from '../history/index.ts';
import { HarnessError } from '../kernel/harness-error.ts';

/** A synthetic history as it is asked for. */
export interface GenerateRequest {
  readonly model: string;
  readonly operations: number;
  readonly clients: number;
  readonly crashed: number;
  readonly broken: string | undefined;
  readonly violations: number;
  /** See {@link GenerateOptions}. */
  readonly brokenAt: number | undefined;
  readonly durations: GenerateOptions['durations'];
  readonly distinctValues: number | undefined;
  readonly seed: string;
  readonly out: string;
}

/** Makes a synthetic history and writes it: as JSONL where the name ends so, else in our own format. Returns its length. */
export function generateFile(request: GenerateRequest): number {
  const { model, broken, out } = request;
  if (!GENERATED_MODELS.includes(model)) {
    throw new HarnessError(
      'usage',
      `unknown model ${JSON.stringify(model)}; histories can be generated of ${GENERATED_MODELS.join(', ')}`,
    );
  }
  if (broken !== undefined && !breaksOf(model).includes(broken)) {
    throw new HarnessError(
      'usage',
      `a ${model} cannot be broken by ${JSON.stringify(broken)}; expected one of ${breaksOf(model).join(', ')}`,
    );
  }
  const history = generateHistory({ ...request, seed: request.seed });
  if (path.extname(out) === '.jsonl') writeJsonl(out, history);
  else writeHistoryFile(out, history);
  return history.length;
}
