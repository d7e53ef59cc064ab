import type { ClientSession } from '../kernel/client.ts';
import type { WorkerId } from '../kernel/generator.ts';
import type { NodeId } from '../kernel/node.ts';
import type { ProcessId } from '../kernel/op.ts';

/** One seat for one operation at a time, and the process that sits in it now. */
export interface Worker {
  readonly id: WorkerId;
  readonly node: NodeId;
  process: ProcessId;
  /** Open session of the process, if any. */
  session: ClientSession | undefined;
  /** Operations given to this worker so far. */
  sequence: number;
  /** Identity of the operation in flight, so that late answers are told from current ones; 0 is none. */
  inFlight: number;
}

/**
 * The workers and their processes. Worker w talks to node w mod n; after an indeterminate operation its process is dead
 * and the worker goes on as process + concurrency.
 */
export class ProcessTable {
  readonly workers: readonly Worker[];

  constructor(nodes: readonly NodeId[], concurrency: number) {
    this.workers = Array.from({ length: concurrency }, (_, id) => ({
      id,
      node: nodes[id % nodes.length] ?? '',
      process: id,
      session: undefined,
      sequence: 0,
      inFlight: 0,
    }));
  }

  /** The worker whose current or former process this is. */
  workerOf(process: ProcessId): WorkerId {
    return process % this.workers.length;
  }

  /** Ends the worker's process: closes its session and seats a new one. */
  retire(worker: Worker): void {
    this.closeSession(worker);
    worker.process += this.workers.length;
  }

  closeSession(worker: Worker): void {
    worker.session?.close();
    worker.session = undefined;
  }

  /** Closes every session. */
  closeAll(): void {
    for (const worker of this.workers) this.closeSession(worker);
  }
}
