import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Key } from '../../../harness/kernel/op.ts';
import type { OperationRequest, OperationResponse } from '../../hosted-operations.ts';
import type { Command } from './messages.ts';

/** Registers and grow-only sets by key. A pure function of the commands applied to it. */
export class StateMachine {
  readonly #registers = new Map<Key, JsonValue>();
  readonly #sets = new Map<Key, Set<JsonValue>>();

  apply(command: Command): OperationResponse {
    switch (command.f) {
      case 'no-op':
        return { ok: null };
      case 'write':
        this.#registers.set(command.key, command.value);
        return { ok: null };
      case 'cas': {
        const current = this.#registers.get(command.key) ?? null;
        if (JSON.stringify(current) !== JSON.stringify(command.from)) return { fail: 'precondition' };
        this.#registers.set(command.key, command.to);
        return { ok: null };
      }
      case 'add': {
        const elements = this.#sets.get(command.key);
        if (elements === undefined) this.#sets.set(command.key, new Set([command.element]));
        else elements.add(command.element);
        return { ok: null };
      }
    }
  }

  /** A register that was never written reads null, a set empty. */
  read(request: Extract<OperationRequest, { readonly f: 'read' }>): OperationResponse {
    if (request.kind === 'register') return { ok: this.#registers.get(request.key) ?? null };
    return { ok: [...(this.#sets.get(request.key) ?? [])] };
  }
}
