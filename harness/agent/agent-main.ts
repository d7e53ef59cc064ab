/** Entry of the fault agent: JSON lines in, JSON lines out, and a dead-man switch. */
import { agentServer } from './agent-server.ts';
import { encodeMessage } from './agent-protocol.ts';
import { splitLines } from './split-lines.ts';

const server = agentServer({
  reply: (reply) =>
    new Promise((resolve) => {
      process.stdout.write(encodeMessage(reply), () => resolve());
    }),
  exit: (code) => process.exit(code),
  complain: (line) => void process.stderr.write(`${line}\n`),
});

// Whoever read our answers may be gone; healing goes on without them.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.stdin.on(
  'data',
  splitLines((line) => server.receive(line)),
);
process.stdin.on('end', () => server.controllerLost('end of input'));
process.stdin.on('error', () => server.controllerLost('broken input'));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => server.controllerLost(signal));
}
