// Purpose: reads the environment of the simulator process. All mistakes are reported together.
import {
  DEFAULT_TEMPLATES,
  LATENCY_PROFILES,
  PERSONALITY_NAMES,
  type DirectoryUser,
  type PersonalityName,
  type SimServerOptions,
  type TemplateOptions,
} from '@openvsys/xcp-sim';
import { z } from 'zod';

const GIB = 2 ** 30;

const wholeNumber = z.coerce.number().int();
const flag = z.enum(['0', '1']).transform((text) => text === '1');

const environmentSchema = z.object({
  XCP_SIM_HOSTS: wholeNumber.min(1).max(64).default(3),
  /** 0 takes free ports. */
  XCP_SIM_BASE_PORT: wholeNumber.min(0).max(65_000).default(0),
  XCP_SIM_BIND: z.string().default('127.0.0.1'),
  /** Host name in the URLs and in HOST_IS_SLAVE, when it differs from the bind address. */
  XCP_SIM_ADVERTISE: z.string().optional(),
  XCP_SIM_PROFILE: z.enum(Object.keys(LATENCY_PROFILES) as [string, ...string[]]).default('default-nfs'),
  /** Simulated seconds per second. */
  XCP_SIM_TIME_SCALE: z.coerce.number().positive().max(10_000).default(1),
  XCP_SIM_SEED: wholeNumber.default(1),
  XCP_SIM_STATE_FILE: z.string().optional(),
  /** The release whose API is served. */
  XCP_SIM_PERSONALITY: z.enum(PERSONALITY_NAMES as [PersonalityName, ...PersonalityName[]]).default('newest'),
  /** People of a directory beside the administrator: `name:password[:role]`, separated by commas. */
  XCP_SIM_DIRECTORY: z.string().optional(),
  /** How long a refused login takes, ms; as the profile says if absent. */
  XCP_SIM_LOGIN_BRAKE_MS: z.coerce.number().min(0).max(60_000).optional(),
  XCP_SIM_USER: z.string().default('root'),
  XCP_SIM_PASSWORD: z.string().min(1, 'set XCP_SIM_PASSWORD: there is no default for a password'),
  XCP_SIM_POOL_NAME: z.string().default('simulated-pool'),
  XCP_SIM_TLS: flag.default(false),
  XCP_SIM_HOST_MEMORY_GIB: z.coerce.number().positive().default(64),
  XCP_SIM_HOST_CPUS: wholeNumber.min(1).default(16),
  /** 0 = no management interface, as on a bench where hosts are reached over the loopback. */
  XCP_SIM_MANAGEMENT_INTERFACE: flag.default(true),
  XCP_SIM_SR_COUNT: wholeNumber.min(1).max(64).default(1),
  XCP_SIM_SR_SIZE_GIB: z.coerce.number().positive().default(4096),
  XCP_SIM_SR_TYPE: z.enum(['nfs', 'ext', 'lvm', 'lvmoiscsi', 'lvmohba', 'dummy']).default('nfs'),
  /** `name:disk GiB[:linux|windows[:memory GiB]]`, separated by commas. */
  XCP_SIM_TEMPLATES: z.string().optional(),
  /** Ends the process when its standard input ends, so that it cannot outlive a killed parent. */
  XCP_SIM_EXIT_WITH_STDIN: flag.default(false),
});

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
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  const env = parsed.data;
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
      directory: env.XCP_SIM_DIRECTORY === undefined ? [] : readDirectory(env.XCP_SIM_DIRECTORY),
      ...(env.XCP_SIM_LOGIN_BRAKE_MS === undefined ? {} : { loginBrakeMs: env.XCP_SIM_LOGIN_BRAKE_MS }),
      user: env.XCP_SIM_USER,
      password: env.XCP_SIM_PASSWORD,
      poolName: env.XCP_SIM_POOL_NAME,
      hostMemoryBytes: env.XCP_SIM_HOST_MEMORY_GIB * GIB,
      hostCpus: env.XCP_SIM_HOST_CPUS,
      managementInterface: env.XCP_SIM_MANAGEMENT_INTERFACE,
      storage: Array.from({ length: env.XCP_SIM_SR_COUNT }, (_, index) => ({
        name: `${env.XCP_SIM_SR_TYPE}-${index + 1}`,
        sizeBytes: env.XCP_SIM_SR_SIZE_GIB * GIB,
        type: env.XCP_SIM_SR_TYPE,
      })),
      templates:
        env.XCP_SIM_TEMPLATES === undefined ? DEFAULT_TEMPLATES : readTemplates(env.XCP_SIM_TEMPLATES),
    },
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
