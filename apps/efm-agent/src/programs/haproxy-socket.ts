/** One command on HAProxy's statistics socket (management guide, 9.3): a line in, text until the end out. */
import { createConnection } from 'node:net';

const TIMEOUT_MS = 5_000;
/** Statistics of some 20,000 members, bytes. */
const ANSWER_LIMIT = 16 * 1024 * 1024;

/** Throws when nobody listens, or the answer does not end in time or is too long. */
export async function askHaproxy(path: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let answer = '';
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('haproxy does not answer')));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.length > ANSWER_LIMIT) socket.destroy(new Error('the answer of haproxy is too long'));
    });
    socket.once('error', reject);
    socket.once('close', (failed) => {
      if (!failed) resolve(answer);
    });
    socket.once('connect', () => socket.write(`${command}\n`));
  });
}
