/**
 * A network of its own for each worker, so that packets can be lost as real ones are: namespaces on one switch. What workers talk
 * to listens at the switch's address. Needs root, `ip` and `nft`.
 *
 *   worker 1 ── eth0 ──┐
 *                      ├── switch, 198.18.n.1: lines to the database, to Redis and to the hosts of the pool
 *   worker 2 ── eth0 ──┘
 *
 *   whole ── lose() ──► some packets vanish ──┐
 *     ├───── drop() ──► all packets to ports vanish ──┼── mend() ──► whole
 *     └───── unplug() ► the card is down ─────┘
 */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isAlive } from '@openvsys/embedded';

const run = promisify(execFile);
const PREFIX = 'ovschaos';
const FOLDER = '/run/netns';
/** For measuring devices in one's own network, RFC 2544: nothing else has these addresses. */
const NETWORK = '198.18';
const TABLE = 'inet chaos';

export class WorkerNetworks {
  private constructor(
    private readonly bridge: string,
    /** Of the switch: where lines listen. */
    readonly address: string,
    private readonly names: readonly string[],
  ) {}

  /** Rejects when this machine cannot have them; then nothing of them is left. */
  static async open(workers: number): Promise<WorkerNetworks> {
    await removeStale();
    const subnet = `${NETWORK}.${process.pid % 256}`;
    const numbers = Array.from({ length: workers }, (_, index) => index + 1);
    const bridge = `ovs${process.pid}`;
    const names = numbers.map((number) => `${PREFIX}-${process.pid}-${number}`);
    const networks = new WorkerNetworks(bridge, `${subnet}.1`, names);
    try {
      await ip('link', 'add', bridge, 'type', 'bridge');
      await ip('address', 'add', `${subnet}.1/24`, 'dev', bridge);
      await ip('link', 'set', bridge, 'up');
      for (const [index, name] of names.entries()) await networks.plug(name, index + 1, subnet);
      // Does the kernel know the rules? Better told now than in the middle.
      await networks.lose(1, 1);
      await networks.mend();
    } catch (error) {
      await networks.close();
      throw error;
    }
    return networks;
  }

  /** What a program is started by to be in the network of worker `number`, from 1 on. It keeps its pid. */
  within(number: number): readonly string[] {
    return ['nsenter', `--net=${FOLDER}/${this.nameOf(number)}`];
  }

  /** Of a hundred packets that the worker sends so many vanish. */
  async lose(number: number, percent: number): Promise<void> {
    await this.filter(number, `numgen random mod 100 < ${percent} drop`);
  }

  /** Packets to these ports vanish; nobody is told, connections stay. */
  async drop(number: number, ports: readonly number[]): Promise<void> {
    await this.filter(number, `tcp dport { ${ports.join(', ')} } drop`);
  }

  async unplug(number: number): Promise<void> {
    await ip('-n', this.nameOf(number), 'link', 'set', 'eth0', 'down');
  }

  /** All is as at the beginning. */
  async mend(): Promise<void> {
    for (const name of this.names) {
      await ip('netns', 'exec', name, 'nft', 'flush', 'ruleset');
      await ip('-n', name, 'link', 'set', 'eth0', 'up');
    }
  }

  async close(): Promise<void> {
    for (const name of this.names) await ip('netns', 'delete', name).catch(() => undefined);
    await ip('link', 'delete', this.bridge).catch(() => undefined);
  }

  private async plug(name: string, number: number, subnet: string): Promise<void> {
    const port = `${this.bridge}p${number}`;
    await ip('netns', 'add', name);
    await ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    await ip('link', 'set', port, 'master', this.bridge, 'up');
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    await ip('-n', name, 'address', 'add', `${subnet}.${number + 1}/24`, 'dev', 'eth0');
    await ip('-n', name, 'link', 'set', 'eth0', 'up');
  }

  private async filter(number: number, rule: string): Promise<void> {
    const chain = `${TABLE} out`;
    const script = [
      `add table ${TABLE}`,
      `add chain ${chain} { type filter hook output priority 0; policy accept; }`,
      `add rule ${chain} ${rule}`,
    ].join('\n');
    await ip('netns', 'exec', this.nameOf(number), 'nft', script);
  }

  private nameOf(number: number): string {
    const name = this.names[number - 1];
    if (name === undefined) throw new RangeError(`there is no worker ${number}`);
    return name;
  }
}

async function ip(...args: readonly string[]): Promise<void> {
  await run('ip', args);
}

/** Of runs that were killed. */
async function removeStale(): Promise<void> {
  const names = (await readdir(FOLDER).catch(() => [])).filter((name) => name.startsWith(`${PREFIX}-`));
  for (const name of names) {
    const pid = name.split('-')[1];
    if (isAlive(Number(pid))) continue;
    await ip('netns', 'delete', name).catch(() => undefined);
    await ip('link', 'delete', `ovs${pid}`).catch(() => undefined);
  }
}
