/** Servers added, changed, removed. */
import { pointerOf } from '../pointer.js';
import { numberIn } from '../role-servers.js';
import type { WantedPower } from '../vsys-spec.js';
import { withoutDisksOf, type DiskFate } from './disks.js';
import { nameTaken } from './name-taken.js';
import { hidingSecret, literal } from './part-secrets.js';
import type { SystemDraft, SystemSource } from './system-draft.js';
import { withoutWishes } from './wishes.js';
import { withServerFields, writtenServer, type WrittenRole } from './written-server.js';

export interface NicWish {
  /** Name of the VNet. */
  readonly vnet: string;
  readonly address?: string;
  readonly mtu?: number;
  readonly rateLimitKBps?: number;
}

export interface LoginWish {
  readonly user?: string;
  readonly password?: string;
  readonly sshKeys?: readonly string[];
}

/** What one server is; as in a descriptor. */
export interface ServerFields {
  readonly type: string;
  readonly image: string;
  readonly power?: WantedPower;
  readonly userData?: string;
  readonly login?: LoginWish;
  readonly configDrive?: boolean;
  readonly systemDiskClass?: string;
  readonly headroom?: object;
  readonly tuning?: object;
  readonly affinity?: object;
  readonly ready?: object;
}

export interface NewServers extends ServerFields {
  /** Of the server, or of the role when there is a count. */
  readonly name: string;
  /** Absent: one, named so. */
  readonly count?: number;
  readonly nics: readonly NicWish[];
  readonly disks?: readonly { readonly name: string; readonly size: number; readonly class?: string }[];
  readonly startOrder?: number;
  readonly startAfter?: readonly string[];
  /** A password of each server's own, by its name; they go into its login. */
  readonly passwords?: ReadonlyMap<string, string>;
}

/** `null`: as in its role, or not at all. */
export type ServerChange = {
  readonly [Field in keyof Omit<ServerFields, 'image'>]?: ServerFields[Field] | null;
};

/** Throws `conflict` when something has the name. */
export function withServers(
  source: SystemSource,
  { name, login, passwords, ...fields }: NewServers,
): SystemDraft {
  const { vservers, efms = {} } = source.descriptor;
  if (Object.hasOwn(vservers, name) || Object.hasOwn(efms, name))
    throw nameTaken('server, role or EFM', name);
  const hidden = hidingPassword(source, login);
  const written = { ...literal(fields), ...(hidden.login === undefined ? {} : { login: hidden.login }) };
  const own = withPasswords(hidden.source, hidden.login ?? {}, name, passwords ?? new Map());
  const { descriptor, values } = own.source;
  return {
    document: { ...descriptor, vservers: { ...vservers, [name]: { ...written, ...own.fields } } },
    values,
    places: [{ written: pointerOf('vservers', name), asked: '' }],
  };
}

/** Each server with the login of all and a password of its own. */
function withPasswords(
  source: SystemSource,
  login: LoginWish,
  role: string,
  passwords: ReadonlyMap<string, string>,
): { readonly source: SystemSource; readonly fields: object } {
  let next = source;
  const logins = [...passwords].map(([server, password]) => {
    const hidden = hidingSecret(next, password);
    next = hidden.source;
    return [server, { login: { ...login, password: hidden.reference } }] as const;
  });
  const single = logins.find(([server]) => server === role);
  if (single !== undefined) return { source: next, fields: single[1] };
  return { source: next, fields: logins.length === 0 ? {} : { servers: Object.fromEntries(logins) } };
}

export interface Rebuild extends Pick<ServerChange, 'userData' | 'login' | 'configDrive'> {
  /** Absent: the one that it has. */
  readonly image?: string;
}

/** Throws `not-found`. */
export const withChangedServer = (source: SystemSource, name: string, change: ServerChange): SystemDraft =>
  changed(source, name, change);

/** As it is described after it was made anew from its image or another one. Throws `not-found`. */
export const withRebuiltServer = (source: SystemSource, name: string, rebuild: Rebuild): SystemDraft =>
  changed(source, name, rebuild);

function changed(
  source: SystemSource,
  name: string,
  { login, ...change }: ServerChange & Rebuild,
): SystemDraft {
  const server = writtenServer(source.descriptor, name);
  const { source: next, login: written } = hidingPassword(source, login ?? undefined);
  const fields = Object.fromEntries(
    Object.entries(literal(change)).map(([field, value]) => [field, value ?? undefined]),
  );
  const withLogin = login === undefined ? fields : { ...fields, login: written };
  return {
    document: withServerFields(next.descriptor, server, withLogin),
    values: next.values,
    places: placesOf(server.pointer, server.role),
  };
}

const placesOf = (own: string, role: string) => [
  { written: own, asked: '' },
  { written: pointerOf('vservers', role), asked: '' },
];

function hidingPassword(
  source: SystemSource,
  login: LoginWish | undefined,
): { readonly source: SystemSource; readonly login: LoginWish | undefined } {
  if (login?.password === undefined) return { source, login: literal(login) };
  const { password, ...shown } = login;
  const hidden = hidingSecret(source, password);
  return { source: hidden.source, login: { ...literal(shown), password: hidden.reference } };
}

/** With its system disk; `disks` says what becomes of its data disks. Throws `not-found`. */
export function withoutServer(source: SystemSource, name: string, disks: DiskFate): SystemDraft {
  const server = writtenServer(source.descriptor, name);
  const parted = withoutDisksOf(source, server, disks);
  const { vservers } = parted;
  const { [server.role]: written, ...others } = vservers;
  const document =
    server.seat === 'role' || written === undefined
      ? withoutWishes({ ...parted, vservers: others }, server.role)
      : { ...parted, vservers: { ...vservers, [server.role]: withoutSingle(server.role, written, name) } };
  return { document, values: source.values, places: [], removed: name };
}

/** The last ones go from the count when it is a number; any other one is noted as removed. */
function withoutSingle(role: string, written: WrittenRole, name: string): WrittenRole {
  const servers = { ...written.servers, [name]: { removed: true as const } };
  if (typeof written.count !== 'number') return { ...written, servers };
  let count = written.count;
  while (count > 0 && servers[`${role}-${count}`]?.removed === true) count -= 1;
  const kept = Object.entries(servers).filter(([single]) => (numberIn(role, single) ?? 0) <= count);
  const { servers: _all, ...rest } = written;
  return { ...rest, count, ...(kept.length === 0 ? {} : { servers: Object.fromEntries(kept) }) };
}
