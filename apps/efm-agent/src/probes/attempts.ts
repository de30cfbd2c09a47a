/** One attempt to reach a port, for what a document promises and for servers that are waited for. */
import { request } from 'node:http';
import { Socket } from 'node:net';

/** One attempt, ms. */
export const ATTEMPT_MS = 2_000;

/** Rejects with why nothing listens there. */
export async function connect(address: string, port: number): Promise<void> {
  const socket = new Socket();
  try {
    await new Promise<void>((resolve, reject) => {
      socket.setTimeout(ATTEMPT_MS, () => reject(new Error(`${address}:${port} does not answer.`)));
      socket.once('error', (error) => reject(new Error(`${address}:${port} refuses: ${error.message}`)));
      socket.connect(port, address, resolve);
    });
  } finally {
    socket.destroy();
  }
}

/** The status of a GET; its body is not read. A redirection is an answer and not followed, so it leads nowhere. */
export async function httpStatus(address: string, port: number, path: string): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const call = request({ host: address, port, path, agent: false, timeout: ATTEMPT_MS }, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    call.once('timeout', () => call.destroy(new Error(`${address}:${port} does not answer.`)));
    call.on('error', reject);
    call.end();
  });
}
