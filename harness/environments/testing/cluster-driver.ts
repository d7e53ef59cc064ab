import type { ClientSession, OpenResult } from '../../kernel/client.ts';
import type { Cluster, Recovery } from '../../kernel/environment.ts';
import type { FaultObservation, ResolvedFault } from '../../kernel/fault.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { Invocation } from '../../kernel/op.ts';
import { info, type Outcome } from '../../kernel/outcome.ts';

/** Drives a cluster step by step from a test, in virtual and in real time alike. */
export class ClusterDriver {
  readonly cluster: Cluster;
  readonly #signal = new AbortController().signal;
  #processCount = 0;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Lets time pass until `begin` has called back, or `timeoutMs` are over. */
  async until<T>(timeoutMs: number, begin: (done: (value: T) => void) => void): Promise<T | undefined> {
    const { time } = this.cluster;
    let result: { readonly value: T } | undefined;
    let isLate = false;
    const timer = time.at(time.nowNs() + timeoutMs * 1e6, () => (isLate = true));
    begin((value) => {
      result ??= { value };
      time.wake();
    });
    await time.drive(() => result !== undefined || isLate, this.#signal);
    time.cancel(timer);
    return result?.value;
  }

  async sleep(durationMs: number): Promise<void> {
    await this.until<never>(durationMs, () => undefined);
  }

  async open(node: NodeId): Promise<OpenResult> {
    const process = this.#processCount++;
    const opened = await this.until<OpenResult>(10_000, (done) =>
      this.cluster.openClient({ node, process }, 5_000, done),
    );
    if (opened === undefined) throw new Error(`opening a client on ${node} never called back`);
    return opened;
  }

  async start(session: ClientSession, invocation: Invocation, timeoutMs: number): Promise<Outcome> {
    const outcome = await this.until<Outcome>(timeoutMs, (done) => session.start(invocation, timeoutMs, done));
    return outcome ?? info('timeout');
  }

  /** One operation over a session of its own. */
  async call(node: NodeId, invocation: Invocation, timeoutMs = 5_000): Promise<Outcome> {
    const opened = await this.open(node);
    if (opened.session === undefined) return { type: 'fail', error: opened.error };
    try {
      return await this.start(opened.session, invocation, timeoutMs);
    } finally {
      opened.session.close();
    }
  }

  /** Repeats an operation until its outcome is as wanted. */
  async callUntil(node: NodeId, invocation: Invocation, isWanted: (outcome: Outcome) => boolean): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.call(node, invocation);
      if (isWanted(outcome) || attempt === 50) return outcome;
      await this.sleep(200);
    }
  }

  async inject(fault: ResolvedFault): Promise<FaultObservation> {
    return this.#observed(fault.id, (done) => this.cluster.faults.inject(fault, done));
  }

  async heal(faultId: string): Promise<FaultObservation> {
    return this.#observed(faultId, (done) => this.cluster.faults.heal(faultId, done));
  }

  async recover(timeoutMs: number): Promise<Recovery> {
    const result = await this.until<Recovery>(timeoutMs + 5_000, (done) => this.cluster.awaitRecovery(timeoutMs, done));
    if (result === undefined) throw new Error('awaitRecovery did not call back within its timeout');
    return result;
  }

  async primaries(): Promise<readonly NodeId[]> {
    return (await this.until<readonly NodeId[]>(15_000, (done) => this.cluster.faults.primaries(done))) ?? [];
  }

  async clockOffsetsMs(): Promise<Readonly<Record<NodeId, number>>> {
    type Offsets = Readonly<Record<NodeId, number>>;
    return (await this.until<Offsets>(15_000, (done) => this.cluster.faults.clockOffsetsMs(done))) ?? {};
  }

  async #observed(
    faultId: string,
    begin: (done: (observation: FaultObservation) => void) => void,
  ): Promise<FaultObservation> {
    const observation = await this.until<FaultObservation>(15_000, begin);
    if (observation === undefined) throw new Error(`nothing was observed of ${faultId} within 15 s`);
    return observation;
  }
}
