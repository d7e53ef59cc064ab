import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeMessage, PROTOCOL_VERSION, type AgentReply } from './agent-protocol.ts';
import { agentServer } from './agent-server.ts';

interface Driven {
  readonly send: (message: Parameters<typeof encodeMessage>[0]) => void;
  readonly replies: AgentReply[];
  readonly complaints: string[];
  readonly exited: Promise<number>;
  readonly directory: string;
  readonly lose: () => void;
}

function drive(leaseMs: number): Driven & { readonly hello: (version?: number) => void } {
  const replies: AgentReply[] = [];
  const complaints: string[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'faultline-server-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  const server = agentServer({
    reply: (reply) => {
      replies.push(reply);
      return Promise.resolve();
    },
    exit: (code) => exit(code),
    complain: (line) => void complaints.push(line),
  });
  const send: Driven['send'] = (message) => server.receive(encodeMessage(message));
  const hello = (version = PROTOCOL_VERSION): void =>
    send({
      id: 1,
      type: 'hello',
      hello: {
        version,
        runId: 'r1',
        journalDirectory: directory,
        leaseMs,
        dockerSocket: join(directory, 'no-engine.sock'),
      },
    });
  return { send, replies, complaints, exited, directory, hello, lose: () => server.controllerLost('test') };
}

describe.skipIf(process.platform !== 'linux')('the agent', () => {
  test('wants to know whom it serves first, and refuses another version', async () => {
    const agent = drive(5000);
    agent.send({ id: 7, type: 'observe' });
    await expect.poll(() => agent.replies).toEqual([{ id: 7, ok: false, message: 'expected hello first' }]);
    agent.hello(99);
    await expect.poll(() => agent.replies[1]).toMatchObject({ ok: false });
    expect(JSON.stringify(agent.replies[1])).toContain('version');
    agent.lose();
    await expect(agent.exited).resolves.toBe(0);
  });

  test('lives as long as its lease is renewed, then heals and exits', async () => {
    const agent = drive(200);
    agent.hello();
    for (let renewal = 0; renewal < 10; renewal++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      agent.send({ id: 0, type: 'renew' });
    }
    expect(agent.complaints).toEqual([]);
    // No engine answers here, so nothing can be confirmed: it says so and keeps the journal.
    await expect(agent.exited).resolves.toBe(1);
    expect(agent.complaints[0]).toContain('the lease ran out');
    expect(readdirSync(agent.directory)).toEqual(['r1.journal']);
  });

  test('lines that are no requests are told and do no harm', () => {
    const agent = drive(5000);
    agent.send({ id: 1, ok: true });
    expect(agent.complaints[0]).toContain('unknown request type');
  });
});
