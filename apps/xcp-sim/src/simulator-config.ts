// Purpose: from the options of the simulator process to a pool to serve. All mistakes are reported together.
import {
  DEFAULT_TEMPLATES,
  type DirectoryUser,
  type SimServerOptions,
  type StorageOptions,
  type TemplateOptions,
} from '@openvsys/xcp-sim';
import { optionSchema, type Options } from './simulator-options.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** VMs of a fleet have 1 GiB each; a fifth more covers overheads and the control domain. */
const FLEET_MEMORY_SLACK = 1.2;
const FLEET_DISK_GIB = 20;
const FLEET_SRS = 16;

export interface SimulatorConfig {
  server: Partial<SimServerOptions>;
  hostCount: number;
  wantsTls: boolean;
  advertisedName: string;
  stateFile: string | undefined;
  exitWithStdin: boolean;
}

/** @throws Error with one line a mistake */
export function readConfig(environment: NodeJS.ProcessEnv): SimulatorConfig {
  const parsed = optionSchema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  const env = grownForFleet(parsed.data);
  return {
    hostCount: env.XCP_SIM_HOSTS,
    wantsTls: env.XCP_SIM_TLS,
    advertisedName: env.XCP_SIM_ADVERTISE ?? env.XCP_SIM_BIND,
    stateFile: env.XCP_SIM_STATE_FILE,
    exitWithStdin: env.XCP_SIM_EXIT_WITH_STDIN,
    server: {
      hostCount: env.XCP_SIM_HOSTS,
      basePort: env.XCP_SIM_BASE_PORT,
      listenAddress: env.XCP_SIM_BIND,
      ...(env.XCP_SIM_ADVERTISE === undefined ? {} : { advertisedAddress: env.XCP_SIM_ADVERTISE }),
      profile: env.XCP_SIM_PROFILE,
      clock:
        env.XCP_SIM_TIME_SCALE === 1 ? { mode: 'real' } : { mode: 'scaled', speed: env.XCP_SIM_TIME_SCALE },
      seed: env.XCP_SIM_SEED,
      personality: env.XCP_SIM_PERSONALITY,
      ...accessOf(env),
      poolName: env.XCP_SIM_POOL_NAME,
      hostMemoryBytes: env.XCP_SIM_HOST_MEMORY_GIB * GIB,
      hostCpus: env.XCP_SIM_HOST_CPUS,
      managementInterface: env.XCP_SIM_MANAGEMENT_INTERFACE,
      storage: storageOf(env),
      diskContent: {
        memoryBytes: env.XCP_SIM_CONTENT_MEMORY_MIB * MIB,
        ...(env.XCP_SIM_CONTENT_DIR === undefined ? {} : { folder: env.XCP_SIM_CONTENT_DIR }),
      },
      templates:
        env.XCP_SIM_TEMPLATES === undefined ? DEFAULT_TEMPLATES : readTemplates(env.XCP_SIM_TEMPLATES),
      ...(env.XCP_SIM_FLEET === undefined ? {} : { fleet: env.XCP_SIM_FLEET }),
    },
  };
}

/** Who may log in, and how long a refusal takes. */
function accessOf(env: Options): Partial<SimServerOptions> {
  return {
    user: env.XCP_SIM_USER,
    password: env.XCP_SIM_PASSWORD,
    directory: env.XCP_SIM_DIRECTORY === undefined ? [] : readDirectory(env.XCP_SIM_DIRECTORY),
    ...(env.XCP_SIM_LOGIN_BRAKE_MS === undefined ? {} : { loginBrakeMs: env.XCP_SIM_LOGIN_BRAKE_MS }),
  };
}

function storageOf(env: Options): StorageOptions[] {
  return Array.from({ length: env.XCP_SIM_SR_COUNT }, (_, index) => ({
    name: `${env.XCP_SIM_SR_TYPE}-${index + 1}`,
    sizeBytes: env.XCP_SIM_SR_SIZE_GIB * GIB,
    type: env.XCP_SIM_SR_TYPE,
  }));
}

/** A fleet needs hosts, memory and storage for its VMs, whatever the other options say. */
function grownForFleet(env: Options): Options {
  const fleet = env.XCP_SIM_FLEET;
  if (fleet === undefined) return env;
  const srs = Math.max(env.XCP_SIM_SR_COUNT, FLEET_SRS);
  return {
    ...env,
    XCP_SIM_HOSTS: fleet.hosts,
    XCP_SIM_HOST_MEMORY_GIB: Math.max(
      env.XCP_SIM_HOST_MEMORY_GIB,
      Math.ceil((fleet.vms / fleet.hosts) * FLEET_MEMORY_SLACK) + 8,
    ),
    XCP_SIM_SR_COUNT: srs,
    XCP_SIM_SR_SIZE_GIB: Math.max(env.XCP_SIM_SR_SIZE_GIB, Math.ceil((fleet.disks * FLEET_DISK_GIB) / srs)),
  };
}

function readDirectory(text: string): DirectoryUser[] {
  return text
    .split(',')
    .filter((item) => item.trim() !== '')
    .map((item) => {
      const [name = '', password = '', role] = item.trim().split(':');
      if (name === '' || password === '')
        throw new Error(`XCP_SIM_DIRECTORY: "${item}" is not name:password[:role]`);
      return role === undefined ? { name, password } : { name, password, role };
    });
}

function readTemplates(text: string): TemplateOptions[] {
  return text
    .split(',')
    .filter((item) => item.trim() !== '')
    .map((item) => readTemplate(item.trim()));
}

function readTemplate(text: string): TemplateOptions {
  const [name = '', disk = '', os = 'linux', memory = '1'] = text.split(':');
  const diskBytes = Number(disk) * GIB;
  const memoryBytes = Number(memory) * GIB;
  if (name === '' || !(diskBytes > 0) || !(memoryBytes > 0) || (os !== 'linux' && os !== 'windows')) {
    throw new Error(`XCP_SIM_TEMPLATES: "${text}" is not name:disk GiB[:linux|windows[:memory GiB]]`);
  }
  return { name, diskBytes, os, memoryBytes };
}
