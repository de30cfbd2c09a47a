/** In a host of the lab: hands connections to a TCP port on to a socket of the test. `node relay.ts PORT SOCKET` */
import { connect, createServer } from 'node:net';

const [port, path = ''] = process.argv.slice(2);

createServer((inside) => {
  const outside = connect(path);
  const end = () => {
    inside.destroy();
    outside.destroy();
  };
  inside.on('error', end).on('close', end).pipe(outside);
  outside.on('error', end).on('close', end).pipe(inside);
}).listen(Number(port), () => process.stdout.write('ready\n'));
process.stdin.resume().once('end', () => process.exit(0));
