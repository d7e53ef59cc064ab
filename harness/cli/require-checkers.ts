import { refuseUnreadOptions } from '../../checkers/checker-options.ts';
import { checkerNamed } from '../../checkers/registry.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { Workload } from '../kernel/workload.ts';
import { importModule } from '../modules/import-module.ts';

/** The checker that judges by a sequential object. */
const JUDGES_BY_MODEL = 'linearizability';

/**
 * Makes sure, before anything is started, that a workload's checkers exist, read its options, and that its own models can be loaded. A run
 * whose judge turns out to be missing at its end was for nothing. Throws usage errors.
 */
export async function requireCheckers({ name, checkers }: Workload): Promise<void> {
  for (const { checker, options, model } of checkers) {
    checkerNamed(checker);
    refuseUnreadOptions(checker, options);
    if (model === undefined) continue;
    const where = `workload ${name}: model ${model.export}`;
    if (checker !== JUDGES_BY_MODEL) {
      throw new HarnessError('usage', `${where}: only checker ${JUDGES_BY_MODEL} judges by a model, not ${checker}`);
    }
    const exported = await importModule(model.module).catch((error: unknown) => {
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      throw new HarnessError('usage', `${where}: its module cannot be loaded: ${why}`, { cause: error });
    });
    if (!isModel(exported[model.export])) {
      const names = Object.keys(exported).join(', ') || 'nothing';
      throw new HarnessError(
        'usage',
        `${where}: expected an export with init, step and identity in ${model.module}, which exports ${names}`,
      );
    }
  }
}

function isModel(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Readonly<Record<string, unknown>>;
  return ['init', 'step', 'identity'].every((member) => typeof members[member] === 'function');
}
