import { existsSync, readFileSync } from 'node:fs';
import type { NodeId } from '../kernel/node.ts';
import { readJson, runFolder, writeWhole, type RunFolder } from './run-folder.ts';

/** What the nodes of a cluster said of themselves at one time. */
export interface ClusterSample {
  readonly atMs: number;
  /** Nodes that believed to be primary. Absent where nobody answered in time. */
  readonly primaries?: readonly NodeId[];
  /** Wall clocks against the controller's, as far as they could be read. */
  readonly clockOffsetsMs?: Readonly<Record<NodeId, number>>;
}

/** How a message between two simulated nodes ended. `down`: it reached a node on which no process ran. */
export type MessageEnd = 'delivered' | 'cut' | 'loss' | 'down';

/** One message between two nodes of a simulation. Times are on the run's clock. */
export interface TracedMessage {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly sentNs: number;
  readonly endedNs: number;
  readonly fate: MessageEnd;
  /** The protocol's name for it. */
  readonly kind: string;
  /** The message itself, cut where long. */
  readonly text: string;
}

/** Messages around one finding of a simulated run. */
export interface MessageWindow {
  /** The finding, by the position of its check in the record and its own in the check. */
  readonly check: number;
  readonly finding: number;
  readonly fromNs: number;
  readonly toNs: number;
  /** In order of their end; the last ones of the window where there were more. */
  readonly messages: readonly TracedMessage[];
  /** Messages of the window that are not listed. */
  readonly omitted: number;
}

/** What a run recorded beside its history: samples of the cluster, and messages around its findings. */
export interface RunObservations {
  readonly samples: readonly ClusterSample[];
  readonly messages: readonly MessageWindow[];
}

/** Stores the samples of a run. */
export function writeSamples(folder: RunFolder, samples: readonly ClusterSample[]): void {
  writeWhole(folder.samplesFile, JSON.stringify(samples));
}

/** Stores messages as lines of JSON, one window each. No file is made for none. */
export function writeMessages(folder: RunFolder, windows: readonly MessageWindow[]): void {
  if (windows.length > 0)
    writeWhole(folder.messagesFile, windows.map((window) => `${JSON.stringify(window)}\n`).join(''));
}

/** What the run in `directory` recorded beside its history; empty where it is older than that or recorded nothing. */
export function readObservations(directory: string): RunObservations {
  const { samplesFile, messagesFile } = runFolder(directory);
  return {
    samples: existsSync(samplesFile) ? (readJson(samplesFile) as readonly ClusterSample[]) : [],
    messages: existsSync(messagesFile) ? readLines(messagesFile) : [],
  };
}

function readLines(file: string): readonly MessageWindow[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as MessageWindow);
}
