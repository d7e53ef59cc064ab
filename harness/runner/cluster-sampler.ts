import type { Cluster } from '../kernel/environment.ts';
import type { ClusterSample } from '../store/run-observations.ts';

/** How often the cluster is asked. Part of a simulated run's plan, as it were: always the same, so that runs repeat. */
const INTERVAL_NS = 1e9;
/** Samples kept; past them every second one is dropped and the interval doubles. */
const SAMPLES_MAX = 2_048;

/**
 * Asks a running cluster once a second who is primary and how far its clocks are off, by the same probes that faults are
 * seen with. One question is out at a time: a slow cluster is asked less often, not more. Runs on the cluster's own time.
 */
export class ClusterSampler {
  readonly #cluster: Pick<Cluster, 'time' | 'faults'>;
  #samples: ClusterSample[] = [];
  #intervalNs = INTERVAL_NS;
  #running = false;
  #asking = false;

  constructor(cluster: Pick<Cluster, 'time' | 'faults'>) {
    this.#cluster = cluster;
  }

  /** The samples so far, in order of time. */
  get samples(): readonly ClusterSample[] {
    return this.#samples;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#tick();
  }

  /** Asks no more; an answer that is still to come is dropped. */
  stop(): void {
    this.#running = false;
  }

  #tick(): void {
    if (!this.#running) return;
    const { time } = this.#cluster;
    if (!this.#asking) this.#ask();
    time.at(time.nowNs() + this.#intervalNs, () => this.#tick());
  }

  #ask(): void {
    const { time, faults } = this.#cluster;
    const atMs = time.nowNs() / 1e6;
    this.#asking = true;
    faults.primaries((primaries) => {
      faults.clockOffsetsMs((clockOffsetsMs) => {
        this.#asking = false;
        if (this.#running) this.#keep({ atMs, primaries, clockOffsetsMs });
      });
    });
  }

  #keep(sample: ClusterSample): void {
    this.#samples.push(sample);
    if (this.#samples.length < SAMPLES_MAX) return;
    this.#samples = this.#samples.filter((_, index) => index % 2 === 0);
    this.#intervalNs *= 2;
  }
}
