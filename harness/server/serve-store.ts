import { existsSync, realpathSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { HarnessError } from '../kernel/harness-error.ts';
import { storeApp } from './store-app.ts';

/** A running server. */
export interface StoreServer {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the web UI over a store to this machine alone. Port 0 takes a free one. Throws usage errors for a store that is
 * not there and for a port that is taken.
 */
export async function serveStore(store: string, port: number): Promise<StoreServer> {
  if (!existsSync(store)) {
    throw new HarnessError(
      'usage',
      `there is no store at ${store}: make a run first, or name another folder with --store`,
    );
  }
  if (!statSync(store).isDirectory())
    throw new HarnessError('usage', `${store} is a file, expected the folder of a store`);
  const { fetch } = storeApp(realpathSync(store));
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  // Its own address: it listens on a port of this machine.
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/`,
    port: address.port,
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function listenError(error: Error, port: number): Error {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new HarnessError(
      'usage',
      `port ${port} is taken by another program: choose another with --port, or 0 for any`,
      { cause: error },
    );
  }
  if (code === 'EACCES') {
    return new HarnessError('usage', `port ${port} may not be used by this user: choose one above 1023 with --port`, {
      cause: error,
    });
  }
  return error;
}
