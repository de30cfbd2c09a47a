/**
 * A firewall with three neighbours in network namespaces, and witnesses in the neighbours' kernels of what arrives.
 *
 *   internet ── uplink ┐
 *        dmz ── eth0 ──┤ fw   (rendered ruleset)
 *        app ── eth1 ──┘
 */
import { spawnSync } from 'node:child_process';
import { nftablesCounts } from '../src/index.js';
import { INTERFACES, UPLINK } from './module-inputs.js';

export interface SentFlow {
  /** Neighbour that sends. */
  readonly zone: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port: number;
  readonly sourcePort: number;
}

/** What a neighbour saw: `<protocol> <source> <destination> <port>`; sent apart by source ports. */
export interface Arrival {
  readonly zone: string;
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  /** 0 for icmp. */
  readonly sourcePort: number;
}

interface Neighbour {
  readonly zone: string;
  readonly link: string;
  readonly gateway: string;
  readonly addresses: readonly string[];
}

/** Each has an address that is not its own, to lie with. */
export const NEIGHBOURS: readonly Neighbour[] = [
  {
    zone: 'internet',
    link: 'uplink',
    gateway: UPLINK.gateway.replace(/1$/, '7'),
    addresses: ['100.64.0.1/16', '11.3.7.9/32', '40.2.7.9/32', '17.3.7.9/32', '10.0.1.99/32'],
  },
  {
    zone: 'dmz',
    link: 'eth0',
    gateway: '10.0.1.1',
    addresses: ['10.0.1.2/24', '10.0.1.77/24', '10.0.1.250/24', '12.9.9.9/32'],
  },
  {
    zone: 'app',
    link: 'eth1',
    gateway: '10.0.2.1',
    addresses: ['10.0.2.3/24', '10.0.2.9/24', '10.0.2.200/24', '12.8.8.8/32'],
  },
];

const WITNESS = `table ip witness {
  set ports { type ipv4_addr . ipv4_addr . inet_proto . inet_service . inet_service; flags dynamic; size 65535; }
  set pings { type ipv4_addr . ipv4_addr; flags dynamic; size 65535; }
  chain seen {
    type filter hook prerouting priority mangle; policy accept;
    iifname != "net" return
    ct state new ip protocol { tcp, udp } update @ports { ip saddr . ip daddr . ip protocol . th sport . th dport }
    icmp type echo-request update @pings { ip saddr . ip daddr }
  }
}
`;

/** Sends each flow once: a SYN, a datagram, an echo request. Answers do not matter. */
const SENDER = `
const { createSocket } = require('node:dgram'); const { connect } = require('node:net');
const { spawnSync } = require('node:child_process');
const flows = JSON.parse(process.argv[1]);
for (const f of flows) {
  if (f.protocol === 'icmp') spawnSync('perl', ['-e', process.argv[2], f.source, f.destination]);
  else if (f.protocol === 'udp') {
    const s = createSocket('udp4'); s.on('error', () => undefined);
    s.bind(f.sourcePort, f.source, () => s.send('x', f.port, f.destination, () => s.close()));
  } else {
    const s = connect({ host: f.destination, port: f.port, localAddress: f.source, localPort: f.sourcePort });
    s.on('error', () => undefined); s.on('connect', () => s.destroy());
    setTimeout(() => s.destroy(), 200).unref();
  }
}
`;

/** One echo request; perl is part of every Debian and may open raw sockets as root. Type 8, code 0, checksum, id, number. */
const ECHO = `
use Socket; my ($from, $to) = @ARGV; my $id = $$ & 0xffff; my $sum = 0x0800 + $id + 1;
$sum = ($sum & 0xffff) + ($sum >> 16); my $packet = pack('C2n3', 8, 0, ~$sum & 0xffff, $id, 1);
socket(my $s, PF_INET, SOCK_RAW, 1) or die; bind($s, sockaddr_in(0, inet_aton($from))) or die;
send($s, $packet, 0, sockaddr_in(0, inet_aton($to)));
`;

export class KernelLab {
  private readonly prefix = `ovk${process.pid}`;

  /** Empty when it can be used here, else why not. */
  static obstacle(): string {
    const needed = [
      ['ip', 'netns', 'add', 'openvsys-probe'],
      ['ip', 'netns', 'delete', 'openvsys-probe'],
      ['nft', '--version'],
      ['perl', '-e', 'use Socket;'],
    ];
    for (const [command = '', ...args] of needed) {
      const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
      if (status !== 0) return `${command}: ${error?.message ?? stderr.trim()}`;
    }
    return '';
  }

  open(): void {
    this.run('ip', 'netns', 'add', this.ns('fw'));
    this.inside('fw', 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0');
    this.inside('fw', 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0');
    for (const neighbour of NEIGHBOURS) this.plug(neighbour);
    for (const { device, address } of INTERFACES) {
      this.inside('fw', 'ip', 'address', 'add', `${address}/24`, 'dev', `eth${device}`);
    }
    for (const address of [`${UPLINK.address}/16`, ...UPLINK.publicAddresses.map((each) => `${each}/32`)]) {
      this.inside('fw', 'ip', 'address', 'add', address, 'dev', 'uplink');
    }
    this.inside('fw', 'ip', 'route', 'add', 'default', 'via', UPLINK.gateway);
  }

  close(): void {
    for (const name of ['fw', ...NEIGHBOURS.map(({ zone }) => zone)]) {
      spawnSync('ip', ['netns', 'delete', this.ns(name)]);
    }
  }

  private plug({ zone, link, gateway, addresses }: Neighbour): void {
    const name = this.ns(zone);
    this.run('ip', 'netns', 'add', name);
    this.run(
      'ip',
      'link',
      'add',
      link,
      'netns',
      this.ns('fw'),
      'type',
      'veth',
      'peer',
      'name',
      'net',
      'netns',
      name,
    );
    this.inside('fw', 'sysctl', '-qw', `net.ipv4.conf.${link}.rp_filter=0`);
    this.inside('fw', 'ip', 'link', 'set', link, 'up');
    for (const device of ['lo', 'net']) this.inside(zone, 'ip', 'link', 'set', device, 'up');
    for (const address of addresses) this.inside(zone, 'ip', 'address', 'add', address, 'dev', 'net');
    this.inside(zone, 'sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.net.rp_filter=0');
    this.inside(zone, 'ip', 'route', 'add', 'default', 'via', gateway);
    this.load(zone, WITNESS);
  }

  /** Loads a script for `nft -f` in a namespace. */
  load(zone: string, script: string): void {
    this.run('ip', 'netns', 'exec', this.ns(zone), 'nft', '-f', '-', { input: script });
  }

  send(flows: readonly SentFlow[]): void {
    for (const { zone } of NEIGHBOURS) {
      const own = flows.filter((flow) => flow.zone === zone);
      if (own.length > 0) this.inside(zone, process.execPath, '-e', SENDER, JSON.stringify(own), ECHO);
    }
  }

  /** All since the last `forget`. */
  arrivals(): Arrival[] {
    return NEIGHBOURS.flatMap(({ zone }) => [
      ...this.elements(zone, 'ports').map(
        ([source = '', destination = '', protocol = '', sourcePort = '', port = '']) => ({
          zone,
          protocol: { '6': 'tcp', '17': 'udp' }[protocol] ?? protocol,
          source,
          destination,
          port: Number(port),
          sourcePort: Number(sourcePort),
        }),
      ),
      ...this.elements(zone, 'pings').map(([source = '', destination = '']) => {
        return { zone, protocol: 'icmp', source, destination, port: 0, sourcePort: 0 };
      }),
    ]);
  }

  forget(): void {
    for (const { zone } of NEIGHBOURS) {
      for (const set of ['ports', 'pings']) this.inside(zone, 'nft', 'flush', 'set', 'ip', 'witness', set);
    }
  }

  /** One chain of the firewall, as nft shows it to programs. */
  listing = (chain: string): string =>
    this.inside('fw', 'nft', '-j', 'list', 'chain', 'ip', 'openvsys', chain);

  /** Packets by counter of the firewall. */
  counters(): Map<string, number> {
    const text = this.inside('fw', 'nft', '-j', 'list', 'table', 'ip', 'openvsys');
    return new Map([...nftablesCounts(text)].map(([id, { packets }]) => [id, packets]));
  }

  private elements(zone: string, set: string): string[][] {
    const text = this.inside(zone, 'nft', '-j', '-n', 'list', 'set', 'ip', 'witness', set);
    const { nftables } = JSON.parse(text) as {
      nftables: readonly { set?: { elem?: readonly { concat: readonly (string | number)[] }[] } }[];
    };
    const found = nftables.flatMap(({ set: read }) => read?.elem ?? []);
    return found.map(({ concat }) => concat.map(String));
  }

  private readonly ns = (name: string): string => `${this.prefix}-${name}`;
  inside = (name: string, ...command: string[]): string =>
    this.run('ip', 'netns', 'exec', this.ns(name), ...command);

  private run(command: string, ...args: (string | { readonly input: string })[]): string {
    const options = args.at(-1);
    const words = args.filter((each) => typeof each === 'string');
    const input = typeof options === 'object' ? options.input : '';
    const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', input });
    if (status !== 0) throw new Error(`${command} ${words.slice(0, 8).join(' ')}: ${stderr}`);
    return stdout;
  }
}
