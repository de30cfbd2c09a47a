/** An appliance of the lab: a host with network cards, the real agent in it as one file, and the API that it talks to. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplianceInterface } from '@openvsys/vsys';
import type { AgentDocument } from '../document.js';
import { programOf } from './programs.js';
import { makeAuthority, makeCertificate } from './certificates.js';
import { FakeApi } from './fake-api.js';
import type { Host } from './host.js';
import type { Lab, Plug } from './lab.js';

const BUNDLE_SCRIPT = join(import.meta.dirname, '../../scripts/bundle.ts');
/** Where the API is in the lab. */
const API_ADDRESS = '100.64.255.1';
const TOKEN = 'ovs_agent-of-the-lab';

export interface ApplianceOptions {
  readonly name?: string;
  /** Where its API is; each appliance of a lab needs another one. */
  readonly apiAddress?: string;
  /** Of the agent, where a test needs others. */
  readonly settings?: { readonly reportSeconds?: number; readonly lookSeconds?: number };
  /** What cloud-init configured: the card to the outside with its own address. */
  readonly bootAddress: string;
  readonly cards: readonly (Plug & { readonly link: string })[];
}

export class Appliance {
  private constructor(
    readonly host: Host,
    readonly api: FakeApi,
    readonly folder: string,
    private readonly bundle: string,
  ) {}

  /** Starts hosts for the API and the appliance; the agent is started by `boot`. */
  static async plug(lab: Lab, options: ApplianceOptions): Promise<Appliance> {
    const { apiAddress = API_ADDRESS } = options;
    const folder = join(lab.folder, options.name ?? 'appliance');
    mkdirSync(folder);
    const authority = makeAuthority(folder, 'authority');
    const pair = makeCertificate(folder, 'authority', 'api', `IP:${apiAddress}`);
    const socket = join(folder, 'api.sock');
    const api = await FakeApi.listen(socket, pair, TOKEN);
    const apiHost = await lab.host(`api-of-${options.name ?? 'appliance'}`, {
      segment: 'outside',
      mac: randomMac(),
      address: `${apiAddress}/16`,
    });
    await started(apiHost, 'relay', '443', socket);
    const host = await lab.host(options.name ?? 'appliance', ...options.cards);
    await host.run('ip', 'address', 'add', options.bootAddress, 'dev', 'uplink');
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    writeFileSync(
      join(folder, 'agent.json'),
      JSON.stringify({ ...SETTINGS, ...options.settings, apiUrl: `https://${apiAddress}` }),
    );
    return new Appliance(host, api, folder, buildAgent(lab));
  }

  /** Gives it a document and waits until it runs; throws with the appliance's own words when it was turned down. */
  async apply(wanted: AgentDocument): Promise<void> {
    const { hash } = wanted.document;
    this.api.want(wanted);
    const { outcome } = await this.api.report('it is decided', (report) => report.outcome?.hash === hash);
    if (outcome?.state !== 'applied') throw new Error(`${outcome?.state}: ${outcome?.reason}`);
  }

  /** Starts the agent; answers its pid in the host. */
  async boot(): Promise<string> {
    const script = 'echo $$; exec "$0" "$@" 2>>agent.err';
    const command = [process.execPath, this.bundle, '--config', join(this.folder, 'agent.json')];
    const child = this.host.spawn('sh', '-c', `cd ${this.folder} && ${script}`, ...command);
    return new Promise((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
    });
  }
}

/** Quicker than in earnest, so that tests need not wait. */
const SETTINGS = {
  tokenFile: 'token',
  caFile: 'ca.pem',
  stateFolder: 'state',
  runFolder: 'run',
  pollSeconds: 5,
  reportSeconds: 2,
  lookSeconds: 1,
  confirmSeconds: 3,
  kernelLog: null,
};

/** Builds the agent once a lab; answers the path of the same file that an appliance gets. */
export function buildAgent(lab: Lab): string {
  const folder = join(lab.folder, 'bundle');
  if (!existsSync(folder)) execFileSync(process.execPath, [BUNDLE_SCRIPT, folder], { stdio: 'pipe' });
  return join(folder, 'efm-agent.mjs');
}

/** Runs a program of the lab in a host, from when it says that it is ready. */
export async function started(host: Host, program: string, ...args: readonly string[]) {
  const child = host.spawn(process.execPath, programOf(program), ...args);
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error(`${program} in ${host.name} ended: ${errors}`)));
  });
  return child;
}

const randomByte = (): string =>
  Math.floor(Math.random() * 256)
    .toString(16)
    .padStart(2, '0');

const randomMac = (): string => `02:00:${Array.from({ length: 4 }, randomByte).join(':')}`;

export const cardOf = (name: string, mac: string, ...addresses: readonly string[]): ApplianceInterface => ({
  name,
  mac,
  addresses,
  virtualAddresses: [],
  mtu: null,
});
