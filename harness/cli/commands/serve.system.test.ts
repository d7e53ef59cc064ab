import { createServer } from 'node:net';
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { faultline, startFaultline, temporaryStore } from '../testing/run-faultline.ts';

describe('faultline serve', () => {
  it('prints its URL last, serves, and ends at an interrupt', async () => {
    const store = temporaryStore();
    const served = startFaultline('serve', '--store', store);
    const url = await new Promise<string>((resolve) => {
      let text = '';
      served.stdout?.on('data', (part: Buffer) => {
        text += part.toString();
        const [found] = /http:\/\/127\.0\.0\.1:\d+\/(?=\n$)/.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    expect(await (await fetch(url)).text()).toContain('This store holds no run yet.');
    served.kill('SIGINT');
    const { exitCode, stderr } = await served;
    expect([exitCode, stderr]).toEqual([130, '']);
    rmSync(store, { recursive: true });
  });

  it('says in one line what to mend', async () => {
    const missing = await faultline('serve', '--store', '/nowhere/at/all');
    expect(missing).toMatchObject({ exitCode: 254, stdout: '' });
    expect(missing.stderr).toMatch(/^faultline: there is no store at \/nowhere\/at\/all: .*\n$/);
    const store = temporaryStore();
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const busy = await faultline('serve', '--store', store, '--port', String(port), '--json');
    expect(busy).toMatchObject({ exitCode: 254, stdout: '' });
    expect(busy.stderr).toMatch(new RegExp(`^faultline: port ${port} is taken .*\\n$`));
    other.close();
    rmSync(store, { recursive: true });
    for (const port of ['70000', '-1', 'x', '1.5']) {
      expect(await faultline('serve', `--port=${port}`)).toMatchObject({ exitCode: 254 });
    }
  });
});
