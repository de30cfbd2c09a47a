/** From a Credential, stored or by value, to the account of a server's first login. */
import type { LoginWish } from '@openvsys/vsys';
import type { Input } from '../read/input.js';
import { unknown, type CimiContext } from './context.js';
import { isInput } from './credentials.js';
import { idOf } from './paths.js';
import { missing, wrong } from './wish-errors.js';

/** Undefined: no account. Throws `not-found`, `invalid-request`. */
export async function loginOf(context: CimiContext, given: unknown): Promise<LoginWish | undefined> {
  if (!isInput(given)) return undefined;
  const { userName, password, key } = await resolved(context, given);
  const login = {
    ...(typeof userName === 'string' ? { user: userName } : {}),
    ...(typeof password === 'string' ? { password } : {}),
    ...(typeof key === 'string' ? { sshKeys: [sshKeyOf(key)] } : {}),
  };
  if (login.password === undefined && login.sshKeys === undefined)
    throw missing('machineTemplate/credential/password');
  return login;
}

async function resolved(context: CimiContext, { href, ...overrides }: Input): Promise<Input> {
  if (typeof href !== 'string') return overrides;
  const type = KINDS[href.split('/')[0] ?? ''];
  if (type === undefined) throw unknown('Credential', href);
  const { document } = await context.use.templates.open(context.call, type, idOf(href));
  return { ...document, ...overrides };
}
const KINDS: Readonly<Record<string, string>> = {
  credentials: 'Credential',
  credential_templates: 'CredentialTemplate',
};

const HEX = /^(?:[0-9a-fA-F]{2}){32,}$/;

/** The standard writes bytes as hex digits; people write the line itself. */
function sshKeyOf(key: string): string {
  const text = (HEX.test(key) ? Buffer.from(key, 'hex').toString('utf8') : key).trim();
  if (/^(?:ssh|ecdsa|sk)-/.test(text)) return text;
  throw wrong('machineTemplate/credential/key', 'a public SSH key');
}
