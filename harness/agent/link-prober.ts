import { once } from 'node:events';
import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { DirectedLink, NodeId } from '../kernel/node.ts';
import { openSocketInNetwork } from './network-namespace.ts';
import { formatIdentity, type ProcessIdentity } from './process-identity.ts';

/** One end of probed links: a real socket in a node's network namespace. */
export interface ProbeEnd {
  readonly address: string;
  readonly port: number;
  /** The process by whose network namespace the socket was made. */
  readonly inside: ProcessIdentity;
  readonly socket: Socket;
}

/** Sends datagrams over links and tells which arrive. */
export interface LinkProber {
  /** Makes sure that the node has a socket where this process lives; replaces one of an earlier process. */
  open(node: NodeId, inside: ProcessIdentity, address: string): Promise<void>;
  /** Gives up a node's socket: an open socket would keep the namespace of a dead container. */
  close(node: NodeId): void;
  /**
   * Whether each directed link between nodes with sockets passes packets. Links expected to be open are tried again for
   * longer before they count as cut, so that a busy machine is not taken for a partition.
   */
  probe(expectedCuts: readonly DirectedLink[]): Promise<readonly ProbedLink[]>;
}

/** One probed link. */
export interface ProbedLink extends DirectedLink {
  readonly open: boolean;
}

function linkKey({ from, to }: DirectedLink): string {
  return `${from}>${to}`;
}

const ROUND_MS = 25;
/** Rounds after which silence on a link that should be cut is believed: one datagram needs well under a millisecond. */
const ROUNDS_EXPECTED_CUT = 5;
/** Rounds after which silence on a link that should be open is believed. */
const ROUNDS_EXPECTED_OPEN = 20;
const MAGIC = 'faultline-probe';

/** Datagrams go one way, so unlike a connection they tell the two directions of a link apart. */
export function linkProber(): LinkProber {
  const ends = new Map<NodeId, ProbeEnd>();
  let probeCount = 0;
  const close = (node: NodeId): void => {
    ends.get(node)?.socket.close();
    ends.delete(node);
  };
  return {
    async open(node, inside, address) {
      const present = ends.get(node);
      if (present?.address === address && formatIdentity(present.inside) === formatIdentity(inside)) return;
      close(node);
      const socket = await openSocketInNetwork(inside.pid, isIPv6(address) ? 'udp6' : 'udp4');
      // An unreachable peer is an observation, not an error: its link shows as cut.
      socket.on('error', () => undefined);
      ends.set(node, { address, port: socket.address().port, inside, socket });
    },
    close,
    async probe(expectedCuts) {
      const nonce = `${MAGIC}/${process.pid}/${++probeCount}`;
      const expectCut = new Set(expectedCuts.map(linkKey));
      const round = startRound(ends, nonce);
      const silent = (): readonly Link[] => round.links.filter(({ key }) => !round.arrived.has(key));
      for (let sent = 0; ; sent++) {
        const waiting = silent().filter(
          ({ key }) => sent < (expectCut.has(key) ? ROUNDS_EXPECTED_CUT : ROUNDS_EXPECTED_OPEN),
        );
        if (waiting.length === 0) break;
        for (const link of waiting) send(link, nonce);
        await round.quiet(waiting, ROUND_MS);
      }
      round.end();
      return round.links.map(({ key, link }) => ({ ...link, open: round.arrived.has(key) }));
    },
  };
}

interface Link {
  readonly key: string;
  readonly link: DirectedLink;
  readonly from: ProbeEnd;
  readonly to: ProbeEnd;
}

interface Round {
  readonly links: readonly Link[];
  readonly arrived: ReadonlySet<string>;
  /** Resolves when all of these links have delivered, or after the time. */
  quiet(links: readonly Link[], timeoutMs: number): Promise<void>;
  end(): void;
}

function startRound(ends: ReadonlyMap<NodeId, ProbeEnd>, nonce: string): Round {
  const arrived = new Set<string>();
  const progress = new EventTarget();
  const listeners = [...ends].map(([node, { socket }]) => {
    const listener = (message: Buffer): void => {
      const text = message.toString('utf8');
      if (!text.startsWith(`${nonce} `) || !text.endsWith(`>${node}`)) return;
      arrived.add(text.slice(nonce.length + 1));
      progress.dispatchEvent(new Event('arrival'));
    };
    socket.on('message', listener);
    return { socket, listener };
  });
  return {
    links: [...ends].flatMap(([from, source]) =>
      [...ends].flatMap(([to, sink]) => {
        const link = { from, to };
        return to === from ? [] : [{ key: linkKey(link), link, from: source, to: sink }];
      }),
    ),
    arrived,
    async quiet(links, timeoutMs) {
      const signal = AbortSignal.timeout(timeoutMs);
      while (links.some(({ key }) => !arrived.has(key))) {
        try {
          await once(progress, 'arrival', { signal });
        } catch {
          return;
        }
      }
    },
    end: () => {
      for (const { socket, listener } of listeners) socket.off('message', listener);
    },
  };
}

function send({ key, from, to }: Link, nonce: string): void {
  from.socket.send(`${nonce} ${key}`, to.port, to.address, () => undefined);
}
