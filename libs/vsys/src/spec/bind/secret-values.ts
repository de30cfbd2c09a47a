/** Values of secret parameters as they are stored with a generation: sealed, and opened again for the next one. */
import { efmWithoutSecrets } from '../../efm/registry.js';
import type { VsysId } from '../../ids.js';
import type { TextSealer } from '../../ports/text-sealer.port.js';
import { isSealed } from '../sealed-text.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import type { VsysDesign } from './vsys-design.js';

type Values = Readonly<Record<string, unknown>>;

/** Secret values become sealed JSON; so does a text that only looks sealed, so that all that look so can be opened. */
export function sealSecretValues(
  { parameters = {} }: Descriptor,
  values: Values,
  owner: VsysId,
  sealer: TextSealer,
): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const isSecret = parameters[name]?.secret === true || (typeof value === 'string' && isSealed(value));
      return [name, isSecret ? sealer.seal(JSON.stringify(value), owner) : value];
    }),
  );
}

/** The values as they were given. Throws `internal` when the key is another one. */
export const openSecretValues = (values: Values, owner: VsysId, sealer: TextSealer): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && isSealed(value)
        ? (JSON.parse(sealer.open(value, owner)) as unknown)
        : value,
    ]),
  );

/** The design as it is stored: without what would tell a secret. It is compared with, never made a spec of again. */
export function designWithoutSecrets(design: VsysDesign): VsysDesign {
  const servers = design.servers.map(({ login, ...server }) => {
    const { password: _secret, ...shown } = login ?? { user: '', sshKeys: [] };
    return {
      ...server,
      ...(server.userDataIsSecret === true ? { userData: '' } : {}),
      ...(login === undefined ? {} : { login: shown }),
    };
  });
  return { ...design, servers, efms: design.efms.map(efmWithoutSecrets) };
}
