/** Registers pools and changes how they are logged in to, with the question about an unknown certificate. */
import { readFile } from 'node:fs/promises';
import { changePool, registerPool, type PoolOperationView } from '@openvsys/api-client';
import type { Command } from 'commander';
import { usageError } from '../../cli-error.js';
import type { Context, Shell } from '../../context.js';
import type { ExitCode } from '../../exit-codes.js';
import { confirm, type ConfirmOptions } from '../confirm.js';
import { endWith, followPoolOperation } from './follow.js';
import { getPoolId } from './find-pool.js';

const REGISTER_HELP = `
The address of any host will do; the others are found. The pool is looked at before anything is stored. When no authority
vouches for its certificate you are shown the fingerprint: compare it with the one on the console of the host. With --fingerprint
or --ca-file nothing else is trusted, and nothing is asked.

Examples:
  $ vsysctl pools register --name pool-2 --address https://10.0.0.11 --password - < password.txt
  $ vsysctl pools register --name pool-2 --address https://10.0.0.11 --password - --fingerprint 9f86… < password.txt`;

const CHANGE_HELP = `
The new login is tried before it is stored, and taken up without interruption. What is not given stays as it is.

Examples:
  $ vsysctl pools change pool-2 --password - < new-password.txt
  $ vsysctl pools change pool-2 --address https://10.0.0.12 --fingerprint 9f86…`;

interface LoginOptions extends ConfirmOptions {
  readonly name?: string;
  readonly address?: string[];
  readonly user?: string;
  readonly password?: string;
  readonly fingerprint?: string[];
  readonly caFile?: string;
}

interface RegisterOptions extends LoginOptions {
  readonly name: string;
  readonly address: string[];
  readonly password: string;
  readonly user: string;
  readonly zone?: string;
  readonly vlanFirst: number;
  readonly vlanLast: number;
}

/** VLANs that we may use when the caller does not say: above those that administrators like to take. */
const VLAN_FIRST = 100;
const VLAN_LAST = 3_999;

export function registerPoolLogins(pools: Command, shell: Shell): void {
  const register = pools
    .command('register')
    .description('Looks at a pool and registers it.')
    .requiredOption('--name <name>', 'what it shall be called here')
    .requiredOption('--address <url...>', 'address of one host or more')
    .requiredOption('--password <password>', 'password; - reads it from the input')
    .option('--user <user>', 'user', 'root')
    .option('--zone <id>', 'zone, when there are several')
    .option('--vlan-first <n>', 'first VLAN that may be used', Number, VLAN_FIRST)
    .option('--vlan-last <n>', 'last VLAN that may be used', Number, VLAN_LAST);
  addTrust(register).addHelpText('after', REGISTER_HELP).action(shell.connected(registerOne));
  const change = pools
    .command('change')
    .description('Changes the name or the login of a pool.')
    .argument('<pool>', 'name or id')
    .option('--name <name>', 'another name')
    .option('--address <url...>', 'addresses of its hosts')
    .option('--user <user>', 'user')
    .option('--password <password>', 'password; - reads it from the input');
  addTrust(change).addHelpText('after', CHANGE_HELP).action(shell.connected(changeOne));
}

function addTrust(command: Command): Command {
  return command
    .option('--fingerprint <sha256...>', 'SHA-256 of certificates that are trusted')
    .option('--ca-file <file>', 'certificate authority in PEM')
    .option('--yes', 'trust the certificate that is shown without asking');
}

async function registerOne(context: Context, options: RegisterOptions): Promise<ExitCode> {
  const { name, address: urls, user: username, vlanFirst, vlanLast, zone } = options;
  const place = { name, vlanFirst, vlanLast, ...(zone === undefined ? {} : { zoneId: zone }) };
  const password = await passwordOf(context, options.password);
  const trust = await trustOf(options);
  return lookAndConfirm(context, options, trust, async (given, about) => {
    const body = { ...place, urls, username, password, ...given };
    return context.change(async (headers) => registerPool({ client: context.client, headers, body }), about);
  });
}

async function changeOne(context: Context, idOrName: string, options: LoginOptions): Promise<ExitCode> {
  const { client } = context;
  const poolId = await getPoolId(client, idOrName);
  const { name, address: urls, user: username } = options;
  const password = options.password === undefined ? undefined : await passwordOf(context, options.password);
  const change = Object.fromEntries(
    Object.entries({ name, urls, username, password }).filter(([, value]) => value !== undefined),
  );
  const trust = await trustOf(options);
  if (Object.keys({ ...change, ...trust }).length === 0)
    throw usageError('Nothing is to be changed.', 'Give what shall be different, e.g. --password -.');
  return lookAndConfirm(context, options, trust, async (given, about) =>
    context.change(
      async (headers) => changePool({ client, headers, path: { poolId }, body: { ...change, ...given } }),
      about,
    ),
  );
}

interface Trust {
  readonly certificateFingerprints?: string[];
  readonly ca?: string;
}

async function trustOf({ fingerprint, caFile }: LoginOptions): Promise<Trust> {
  return {
    ...(fingerprint === undefined ? {} : { certificateFingerprints: fingerprint }),
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }),
  };
}

/**
 * Asks twice at most: the second time with the certificate that the person has confirmed. Who has said what is trusted is not
 * asked: another certificate is then an error, also with --yes.
 */
async function lookAndConfirm(
  context: Context,
  options: ConfirmOptions,
  trust: Trust,
  ask: (trust: Trust, about?: string) => Promise<PoolOperationView>,
): Promise<ExitCode> {
  const first = await followPoolOperation(context, await ask(trust));
  const shown = certificatesOf(first);
  const isDecided = Object.keys(trust).length > 0;
  if (shown.length === 0 || isDecided) return endWith(context, first, { pool: first.poolId });
  await confirm(context.io, options, {
    preview: shown.map(({ url, fingerprint }) => `${url}\n  SHA-256 ${fingerprint}`).join('\n'),
    question: 'Are these the certificates that the consoles of the hosts show?',
    unattended: 'refused',
    danger: `The certificate is not known: ${shown.map(({ fingerprint }) => fingerprint).join(', ')}.`,
  });
  const confirmed = shown.map(({ fingerprint }) => fingerprint);
  const second = await ask({ certificateFingerprints: confirmed }, 'confirmed');
  const ended = await followPoolOperation(context, second);
  return endWith(context, ended, { pool: ended.poolId });
}

interface Certificate {
  readonly url: string;
  readonly fingerprint: string;
}

const isCertificate = (value: unknown): value is Certificate =>
  typeof value === 'object' &&
  value !== null &&
  'url' in value &&
  typeof value.url === 'string' &&
  'fingerprint' in value &&
  typeof value.fingerprint === 'string';

function certificatesOf({ error }: PoolOperationView): readonly Certificate[] {
  const listed: unknown = error?.details?.['certificates'];
  return Array.isArray(listed) ? listed.filter(isCertificate) : [];
}

async function passwordOf({ io }: Context, given: string): Promise<string> {
  return given === '-' ? (await io.readInput()).replace(/\r?\n$/, '') : given;
}
