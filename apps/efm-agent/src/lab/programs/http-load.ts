/**
 * In a host of the lab: requests without a pause over many connections, each counted. Runs until its input ends, then prints
 * one line of JSON; the first line says that answers come. `node http-load.ts URL CONCURRENCY close|keep-alive`
 */
import { Agent, request } from 'node:http';

const [url = '', concurrency = '1', mode = 'close'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: mode === 'keep-alive', maxSockets: Number(concurrency) });
const answers: Record<string, number> = {};
const errors: Record<string, number> = {};
const ending = new AbortController();
let isQuiet = true;
let lost = 0;
let longestGapMs = 0;
let lastAnswerAt = performance.now();

process.stdin.resume().once('end', () => {
  ending.abort();
});

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1;
}

async function once(): Promise<void> {
  await new Promise<void>((resolve) => {
    const call = request(url, { agent, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('error', fail);
      response.once('end', () => {
        if (isQuiet) process.stdout.write('ready\n');
        isQuiet = false;
        const now = performance.now();
        longestGapMs = Math.max(longestGapMs, now - lastAnswerAt);
        lastAnswerAt = now;
        if (response.statusCode === 200) count(answers, (JSON.parse(body) as { name: string }).name);
        else fail(new Error(`status ${response.statusCode}`));
        resolve();
      });
    });
    function fail(error: Error): void {
      lost += 1;
      count(errors, 'code' in error ? String(error.code) : error.message);
      resolve();
    }
    call.once('error', fail);
    call.once('timeout', () => call.destroy(new Error('timeout')));
    call.end();
  });
}

await Promise.all(
  Array.from({ length: Number(concurrency) }, async () => {
    while (!ending.signal.aborted) await once();
  }),
);
// A silence that lasts until the end is one too.
longestGapMs = Math.max(longestGapMs, performance.now() - lastAnswerAt);
process.stdout.write(
  `${JSON.stringify({ answers, errors, lost, longestGapMs: Math.round(longestGapMs) })}\n`,
);
process.exit(0);
