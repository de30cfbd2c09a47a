// Purpose: every option of the simulator process: its environment variable, its form, its default, what it means. The
// command line and the help are made from this table.
import { LATENCY_PROFILES, PERSONALITY_NAMES, type PersonalityName } from '@openvsys/xcp-sim';
import { z } from 'zod';

const wholeNumber = z.coerce.number().int();
const flag = z.enum(['0', '1']).transform((text) => text === '1');

/** A simulated pool has at most so many hosts, each on a port of its own. */
export const MOST_HOSTS = 64;

const fleet = z
  .string()
  .regex(/^\d+x\d+x\d+$/, 'must be hosts x VMs x disks, as in 64x10000x40000')
  .transform((text) => text.split('x').map(Number))
  .refine(([hosts = 0]) => hosts >= 1 && hosts <= MOST_HOSTS, `1 to ${MOST_HOSTS} hosts`)
  .refine(([, vms = 0, disks = 0]) => disks <= vms * 16, 'at most 16 disks a VM')
  .transform(([hosts = 1, vms = 0, disks = 0]) => ({ hosts, vms, disks }));

export const optionSchema = z.object({
  XCP_SIM_USER: z.string().default('root').describe('name of the administrator'),
  XCP_SIM_PASSWORD: z
    .string()
    .min(1, 'set XCP_SIM_PASSWORD: there is no default for a password')
    .describe('password of the administrator; required'),
  XCP_SIM_HOSTS: wholeNumber.min(1).max(MOST_HOSTS).default(3).describe('hosts of the pool, 1–64'),
  XCP_SIM_BASE_PORT: wholeNumber
    .min(0)
    .max(65_000)
    .default(0)
    .describe('port of the first host, the others follow; 0 takes free ones'),
  XCP_SIM_BIND: z.string().default('127.0.0.1').describe('address to listen on'),
  XCP_SIM_ADVERTISE: z.string().optional().describe('name that clients use, if it is another address'),
  XCP_SIM_TLS: flag.default(false).describe('1: HTTPS with a self-signed certificate a host; needs openssl'),
  XCP_SIM_PERSONALITY: z
    .enum(PERSONALITY_NAMES as [PersonalityName, ...PersonalityName[]])
    .default('newest')
    .describe(`release whose API is served: ${PERSONALITY_NAMES.join(', ')}`),
  XCP_SIM_PROFILE: z
    .enum(Object.keys(LATENCY_PROFILES) as [string, ...string[]])
    .default('default-nfs')
    .describe(`latencies: ${Object.keys(LATENCY_PROFILES).join(', ')}`),
  XCP_SIM_TIME_SCALE: z.coerce
    .number()
    .positive()
    .max(10_000)
    .default(1)
    .describe('simulated seconds per second; 4 = four times faster'),
  XCP_SIM_SEED: wholeNumber.default(1).describe('seed of identifiers, latencies, back-off and faults'),
  XCP_SIM_STATE_FILE: z
    .string()
    .optional()
    .describe('the pool is kept here and found again at the next start'),
  XCP_SIM_POOL_NAME: z.string().default('simulated-pool').describe('name of the pool'),
  XCP_SIM_HOST_MEMORY_GIB: z.coerce.number().positive().default(64).describe('memory of a host'),
  XCP_SIM_HOST_CPUS: wholeNumber.min(1).default(16).describe('physical CPUs of a host'),
  XCP_SIM_SR_COUNT: wholeNumber.min(1).max(64).default(1).describe('shared storage repositories'),
  XCP_SIM_SR_SIZE_GIB: z.coerce.number().positive().default(4096).describe('size of each'),
  XCP_SIM_SR_TYPE: z
    .enum(['nfs', 'ext', 'lvm', 'lvmoiscsi', 'lvmohba', 'dummy'])
    .default('nfs')
    .describe('their driver: nfs, ext, lvm, lvmoiscsi, lvmohba, dummy (of test benches, without format)'),
  XCP_SIM_CONTENT_MEMORY_MIB: wholeNumber
    .min(1)
    .default(512)
    .describe('memory for the bytes of disks; zeros cost nothing'),
  XCP_SIM_CONTENT_DIR: z
    .string()
    .optional()
    .describe('folder for the bytes beyond that; without it such writes fail'),
  XCP_SIM_TEMPLATES: z
    .string()
    .optional()
    .describe('templates: name:disk GiB[:linux|windows[:memory GiB]], separated by commas'),
  XCP_SIM_FLEET: fleet
    .optional()
    .describe(
      'a pool full of VMs: hosts x VMs x disks, as in 64x10000x40000; memory and storage grow to fit',
    ),
  XCP_SIM_DIRECTORY: z
    .string()
    .optional()
    .describe('people of a directory beside the administrator: name:password[:role], separated by commas'),
  XCP_SIM_LOGIN_BRAKE_MS: z.coerce
    .number()
    .min(0)
    .max(60_000)
    .optional()
    .describe('how long a refused login takes; as the profile says if absent'),
  XCP_SIM_MANAGEMENT_INTERFACE: flag
    .default(true)
    .describe("0: the hosts' interface carries no address and no management, as on a test bench"),
  XCP_SIM_EXIT_WITH_STDIN: flag
    .default(false)
    .describe('1: ends when standard input ends, so it cannot outlive its parent'),
});

export type Options = z.infer<typeof optionSchema>;

export interface OptionFact {
  /** `XCP_SIM_SR_TYPE`. */
  readonly variable: string;
  /** `sr-type`. */
  readonly flag: string;
  readonly meaning: string;
}

/** All options in the order of the table. */
export const OPTION_FACTS: readonly OptionFact[] = Object.entries(optionSchema.shape).map(
  ([variable, schema]) => ({
    variable,
    flag: variable.replace('XCP_SIM_', '').toLowerCase().replaceAll('_', '-'),
    meaning: schema.description ?? '',
  }),
);
