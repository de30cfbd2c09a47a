/**
 * A system as a descriptor that others can be made from: its present design, EFM configurations included. The values that it has
 * become defaults. What belongs to this one system stays behind:
 *
 *   secrets          a parameter without default, which has to be given anew; so does a key or password that was written out
 *   allocations      a public address that belongs to the VDC becomes a new one
 *   SSH keys, users  stay or go with the logins (`logins`)
 *   contents         disks are empty, images those that the servers were made of, unless others are named (`images`)
 */
import { hidingKeys } from '../../efm/edit/keys.js';
import { DomainError } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import { hidingSecret, withoutUnusedSecrets } from '../edit/part-secrets.js';
import type { SystemSource } from '../edit/system-draft.js';
import { descriptorOf } from '../parse/parse-descriptor.js';
import { pointerOf } from '../pointer.js';
import { listDescriptorReferences, listReferences } from '../references.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import type { ParameterDeclaration } from '../schema/parameters.schema.js';

export interface CaptureWish {
  readonly metadata: Descriptor['metadata'];
  /** `drop`: whoever makes a system of it cannot give passwords. */
  readonly logins: 'keep' | 'drop';
  /** Image by role, instead of the one that the role has. */
  readonly images?: Readonly<Record<string, string>>;
}

/**
 * Throws `invalid-request` for images of roles that there are not, `invalid-descriptor` for metadata and images that cannot be
 * written in a descriptor.
 */
export function capturedDescriptor(system: SystemSource, wish: CaptureWish): Descriptor {
  const { metadata, logins, images = {} } = wish;
  requireRoles(system.descriptor, images);
  const bare = withoutKeysWritten(withoutPasswordsWritten(withServers(system, logins, images)));
  const { parameters, ...rest } = withoutUnusedSecrets(bare).descriptor;
  const document = { ...rest, metadata, ...withoutAllocations(rest) };
  const used = new Set(listDescriptorReferences(document).map(({ name }) => name));
  const declared = Object.entries(parameters ?? {})
    .filter(([name]) => used.has(name))
    .map(([name, declaration]) => [name, withDefault(declaration, system.values[name])] as const);
  return descriptorOf(
    declared.length === 0 ? document : { ...document, parameters: Object.fromEntries(declared) },
  );
}

function requireRoles({ vservers }: Descriptor, images: Readonly<Record<string, string>>): void {
  const roles = Object.keys(vservers);
  const [unknown] = Object.keys(images).filter((role) => !roles.includes(role));
  if (unknown === undefined) return;
  throw new DomainError('invalid-request', `The system has no role “${unknown.slice(0, 64)}”.`, {
    pointer: pointerOf('images', unknown),
    remedy: didYouMean(unknown, roles),
  });
}

type Role = Descriptor['vservers'][string];
type Login = NonNullable<Role['login']>;

function withServers(
  { descriptor, values }: SystemSource,
  logins: CaptureWish['logins'],
  images: Readonly<Record<string, string>>,
): SystemSource {
  const roles = Object.entries(descriptor.vservers).map(([name, role]) => {
    const image = images[name];
    const singled = Object.entries(role.servers ?? {}).map(([server, { login, image: own, ...single }]) => [
      server,
      {
        ...single,
        ...(own === undefined || image !== undefined ? {} : { image: own }),
        ...(login === undefined || logins === 'drop' ? {} : { login }),
      },
    ]);
    const { login, servers, ...rest } = role;
    const kept = {
      ...rest,
      ...(image === undefined ? {} : { image }),
      ...(servers === undefined ? {} : { servers: Object.fromEntries(singled) as typeof servers }),
      ...(login === undefined || logins === 'drop' ? {} : { login }),
    };
    return [name, kept] as const;
  });
  return { descriptor: { ...descriptor, vservers: Object.fromEntries(roles) }, values };
}

/** Passwords that are written out become secret parameters. */
function withoutPasswordsWritten(system: SystemSource): SystemSource {
  let source = system;
  const hidden = (login: Login): Login => {
    if (login.password === undefined || listReferences(login.password).length > 0) return login;
    const { reference, source: next } = hidingSecret(source, login.password);
    source = next;
    return { ...login, password: reference };
  };
  const roles = Object.entries(system.descriptor.vservers).map(([name, { servers, ...role }]) => {
    const singled = Object.entries(servers ?? {}).map(([server, single]) => [
      server,
      single.login === undefined ? single : { ...single, login: hidden(single.login) },
    ]);
    const kept: Role = {
      ...role,
      ...(role.login === undefined ? {} : { login: hidden(role.login) }),
      ...(servers === undefined ? {} : { servers: Object.fromEntries(singled) as typeof servers }),
    };
    return [name, kept] as const;
  });
  return {
    ...source,
    descriptor: { ...source.descriptor, vservers: Object.fromEntries(roles) },
  };
}

/** Keys of EFMs that are written out become secret parameters. */
function withoutKeysWritten(system: SystemSource): SystemSource {
  let source = system;
  for (const [name, efm] of Object.entries(system.descriptor.efms ?? {})) {
    if (efm.config === undefined) continue;
    const { config, declarations, values } = hidingKeys(efm.config, source);
    const { efms = {}, parameters = {} } = source.descriptor;
    source = {
      descriptor: {
        ...source.descriptor,
        parameters: { ...parameters, ...declarations },
        efms: { ...efms, [name]: { ...efm, config } as typeof efm },
      },
      values: { ...source.values, ...values },
    };
  }
  return source;
}

/** Addresses that were allocated to the VDC are used by the system that is there. */
function withoutAllocations({ publicIps }: Pick<Descriptor, 'publicIps'>): Pick<Descriptor, 'publicIps'> {
  if (publicIps === undefined) return {};
  const fresh = Object.entries(publicIps).map(([name, { allocation: _own, ...ip }]) => [name, ip] as const);
  return { publicIps: Object.fromEntries(fresh) };
}

function withDefault(declaration: ParameterDeclaration, value: unknown): ParameterDeclaration {
  if (declaration.secret === true) {
    const { default: _secret, ...open } = declaration;
    return open;
  }
  if (value === undefined || value === null) return declaration;
  return { ...declaration, default: value } as ParameterDeclaration;
}
