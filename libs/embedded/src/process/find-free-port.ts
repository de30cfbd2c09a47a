/** Ports on the loopback interface. */
import { createServer, type AddressInfo } from 'node:net';

/** A port that was free a moment ago; whoever binds it must still expect to lose a race. */
export async function findFreePort(): Promise<number> {
  return bindOnce(0);
}

/** Resolves with the port when it can be bound on 127.0.0.1; rejects with what the system said. */
export async function ensurePortFree(port: number): Promise<number> {
  return bindOnce(port);
}

async function bindOnce(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const bound = (server.address() as AddressInfo).port;
      server.close(() => resolve(bound));
    });
  });
}
