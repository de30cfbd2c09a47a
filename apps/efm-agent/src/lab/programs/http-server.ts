/**
 * In a host of the lab: a server that says who it is and whom it sees. `node http-server.ts PORT NAME`
 * `/slow?ms=N` answers after N ms; the line `down` on its input makes it refuse health checks and `up` heals it.
 */
import { createServer } from 'node:http';

const [port, name = 'nobody'] = process.argv.slice(2);
let isHealthy = true;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://here');
  const status = url.pathname === '/health' && !isHealthy ? 503 : 200;
  const body = JSON.stringify({
    name,
    peer: request.socket.remoteAddress?.replace('::ffff:', ''),
    forwardedFor: request.headers['x-forwarded-for'],
    path: url.pathname,
  });
  const answer = () => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  setTimeout(answer, url.pathname === '/slow' ? Number(url.searchParams.get('ms')) : 0);
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), () => process.stdout.write('ready\n'));

process.stdin.setEncoding('utf8').on('data', (text: string) => {
  isHealthy = !text.includes('down');
  process.stdout.write('heard\n');
});
process.stdin.once('end', () => process.exit(0));
