/** The simulated pool: a process that speaks XenAPI, three hosts, one port each. */
import { ensureSecretFile } from '@openvsys/embedded';
import type { DataFolder } from '../data/data-folder.js';
import type { StickyPorts } from '../data/sticky-ports.js';
import { PROGRAMS } from './programs.js';
import { Service } from './service.js';

export interface RunningPool {
  /** One URL a host; the coordinator first. */
  readonly urls: readonly string[];
  readonly user: string;
  readonly password: string;
  readonly fingerprint?: string | undefined;
  /** Page and tables of a simulated pool. */
  readonly adminUrl?: string;
}

export interface RunningSimulator extends RunningPool {
  readonly adminUrl: string;
  readonly service: Service;
}

const HOSTS = 3;

interface ReadyLine {
  readonly ready: true;
  readonly hosts: readonly { readonly url: string }[];
  readonly admin: string;
}

function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{"ready":true')) return undefined;
  return JSON.parse(line) as ReadyLine;
}

/** `environment` tunes the simulation: latency profile, speed, faults. */
export async function startSimulator(
  folder: DataFolder,
  ports: StickyPorts,
  environment: Readonly<Record<string, string>>,
  onRestart: (code: number) => void,
): Promise<RunningSimulator> {
  const password = await ensureSecretFile(`${folder.simulatorState}.password`);
  const basePort = await ports.getRow('simulator', HOSTS);
  const service = await Service.start({
    name: 'Simulator',
    program: PROGRAMS.simulator,
    environment: {
      XCP_SIM_HOSTS: String(HOSTS),
      XCP_SIM_BASE_PORT: String(basePort),
      XCP_SIM_STATE_FILE: folder.simulatorState,
      XCP_SIM_PASSWORD: password,
      ...environment,
    },
    logFile: `${folder.logs}/simulator.log`,
    readyLine: (line) => parseReadyLine(line) !== undefined,
    onRestart,
  });
  const line = await service.findLogLine((candidate) => parseReadyLine(candidate) !== undefined);
  const ready = line === undefined ? undefined : parseReadyLine(line);
  if (!ready) throw new Error('the simulator did not say where it is');
  return { urls: ready.hosts.map(({ url }) => url), user: 'root', password, adminUrl: ready.admin, service };
}
