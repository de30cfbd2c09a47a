/** Does the appliance do what its document says? Each probe is tried until it passes or its time is over. */
import { Resolver } from 'node:dns/promises';
import type { ModuleProbe, ProgramName } from '@openvsys/vsys';
import { ipv4Of, type Link } from '../network/ip-json.js';
import type { NetworkState } from '../network/network.js';
import { pause } from '../pause.js';
import { ATTEMPT_MS, connect, httpStatus } from './attempts.js';

export interface ProbeResult {
  readonly name: string;
  readonly ok: boolean;
  /** Why not; empty when all is well. */
  readonly message: string;
}

export interface ProbeWorld {
  readonly isRunning: (program: ProgramName) => Promise<boolean>;
  readonly interfaces: NetworkState['interfaces'];
  readonly listLinks: () => Promise<readonly Link[]>;
}

const LOOK_EVERY_MS = 100;
/** The API takes so many characters. */
const MESSAGE_LIMIT = 1_000;

/** All at once; one result a probe, in their order. */
export async function probeAll(probes: readonly ModuleProbe[], world: ProbeWorld): Promise<ProbeResult[]> {
  return Promise.all(probes.map(async (probe) => keepProbing(probe, world)));
}

/** One attempt each: for the regular look. */
export async function probeOnce(probes: readonly ModuleProbe[], world: ProbeWorld): Promise<ProbeResult[]> {
  return Promise.all(probes.map(async (probe) => attempt(probe, world)));
}

async function keepProbing(probe: ModuleProbe, world: ProbeWorld): Promise<ProbeResult> {
  const end = performance.now() + probe.timeoutSeconds * 1000;
  for (;;) {
    const result = await attempt(probe, world);
    if (result.ok || performance.now() >= end) return result;
    await pause(LOOK_EVERY_MS);
  }
}

async function attempt(probe: ModuleProbe, world: ProbeWorld): Promise<ProbeResult> {
  try {
    await look(probe, world);
    return { name: probe.name, ok: true, message: '' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name: probe.name, ok: false, message: message.slice(0, MESSAGE_LIMIT) };
  }
}

/** Throws what is wrong. */
async function look(probe: ModuleProbe, world: ProbeWorld): Promise<void> {
  switch (probe.kind) {
    case 'process':
      if (await world.isRunning(probe.program)) return;
      throw new Error(`${probe.program} does not run.`);
    case 'interface':
      return lookAtInterface(probe.interface, world);
    case 'tcp':
      return connect(probe.address, probe.port);
    case 'http':
      return askHttp(probe);
    case 'dns':
      return askDns(probe);
  }
}

async function lookAtInterface(name: string, { interfaces, listLinks }: ProbeWorld): Promise<void> {
  const link = (await listLinks()).find(({ ifname }) => ifname === name);
  if (link === undefined) throw new Error(`There is no interface ${name}.`);
  if (!link.flags.includes('UP')) throw new Error(`The interface ${name} is down.`);
  const present = ipv4Of(link);
  const lost = interfaces
    .find((each) => each.name === name)
    ?.addresses.find((each) => !present.includes(each));
  if (lost !== undefined) throw new Error(`The interface ${name} has lost ${lost}.`);
}

async function askHttp(probe: Extract<ModuleProbe, { kind: 'http' }>): Promise<void> {
  const { address, port, path, status } = probe;
  const seen = await httpStatus(address, port, path);
  if (seen !== status) throw new Error(`${address}:${port}${path} answers ${seen} instead of ${status}.`);
}

async function askDns(probe: Extract<ModuleProbe, { kind: 'dns' }>): Promise<void> {
  const resolver = new Resolver({ timeout: ATTEMPT_MS, tries: 1 });
  resolver.setServers([probe.address]);
  let found: string[] = [];
  try {
    found = await resolver.resolve4(probe.question);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    // The server answered that there is no such name: it works.
    if (code !== 'ENOTFOUND' && code !== 'ENODATA') {
      throw new Error(`${probe.address} does not answer for ${probe.question}: ${code}`, { cause: error });
    }
  }
  if (probe.expected !== null && !found.includes(probe.expected)) {
    throw new Error(`${probe.question} is ${found.join(', ') || 'unknown'} instead of ${probe.expected}.`);
  }
}
