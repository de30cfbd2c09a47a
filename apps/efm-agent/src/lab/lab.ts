/**
 * Hosts and the segments between them: a bridge a segment, all of them in one switch, as VLANs of a pool are.
 *
 *   client ──┐              ┌── web-1
 *     api ───┤ outside  dmz ├── web-2        each line is a veth pair; the switch can lock a port to a MAC and addresses
 *            └── appliance ─┘
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf, Host } from './host.js';

export interface Plug {
  readonly segment: string;
  readonly mac: string;
  /** With prefix; none: the host configures it by itself. */
  readonly address?: string;
  /** Name of the link in the host; default `eth0`. */
  readonly link?: string;
}

export class Lab {
  private readonly hosts: Host[] = [];
  private readonly segments = new Map<string, string>();
  private ports = 0;
  private readonly portsOf = new Map<Host, string[]>();

  private constructor(
    readonly fabric: Host,
    /** For files of the test; removed with the lab. */
    readonly folder: string,
  ) {}

  static async open(): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), 'openvsys-lab-'));
    // Daemons that give up being root must get to their files.
    chmodSync(folder, 0o711);
    return new Lab(await Host.start('switch'), folder);
  }

  async host(name: string, ...plugs: readonly Plug[]): Promise<Host> {
    const host = await Host.start(name);
    this.hosts.push(host);
    for (const plug of plugs) await this.plug(host, plug);
    return host;
  }

  /** Answers the name of the switch's port. */
  async plug(host: Host, { segment, mac, address, link = 'eth0' }: Plug): Promise<string> {
    const bridge = await this.ensureSegment(segment);
    const port = `port${++this.ports}`;
    this.portsOf.set(host, [...(this.portsOf.get(host) ?? []), port]);
    await this.makePair(host, port, link, mac);
    await this.fabric.run('ip', 'link', 'set', port, 'master', bridge, 'up');
    await host.run('ip', 'link', 'set', link, 'up');
    if (address !== undefined) await host.run('ip', 'address', 'add', address, 'dev', link);
    return port;
  }

  /** What XenServer's locked VIFs do: nothing else than this MAC and these addresses comes out of the port. */
  async lock(port: string, mac: string, addresses: readonly string[]): Promise<void> {
    const set = `{ ${addresses.join(', ')} }`;
    const rules = `table bridge ${port} {
      chain forward {
        type filter hook prerouting priority 0; policy accept;
        iifname "${port}" ether saddr != ${mac} drop
        iifname "${port}" ether type arp arp saddr ip != ${set} drop
        iifname "${port}" ether type ip ip saddr != ${set} counter drop
      }
    }\n`;
    await this.fabric.feed(rules, 'nft', '-f', '-');
  }

  /** The host dies as by a power cut: its links go first, for a kernel may forward on without processes. */
  async cut(host: Host): Promise<void> {
    for (const port of this.portsOf.get(host) ?? []) await this.fabric.run('ip', 'link', 'set', port, 'down');
    await host.close();
  }

  async close(): Promise<void> {
    for (const host of [...this.hosts, this.fabric]) await host.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Entered by network only: the pids of hosts are those of the test's own namespace. */
  private async makePair(host: Host, port: string, link: string, mac: string): Promise<void> {
    const peer = ['peer', 'name', link, 'address', mac, 'netns', String(host.pid)];
    const add = ['ip', 'link', 'add', port, 'type', 'veth', ...peer];
    const { code, stderr } = await endOf(
      spawn('nsenter', ['--target', String(this.fabric.pid), '--net', '--', ...add], { stdio: 'pipe' }),
    );
    if (code !== 0) throw new Error(`no link from ${host.name} to the switch: ${stderr}`);
  }

  private async ensureSegment(name: string): Promise<string> {
    const known = this.segments.get(name);
    if (known !== undefined) return known;
    const bridge = `seg${this.segments.size}`;
    this.segments.set(name, bridge);
    await this.fabric.run('ip', 'link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0');
    await this.fabric.run('ip', 'link', 'set', bridge, 'up');
    return bridge;
  }
}
