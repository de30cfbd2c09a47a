/**
 * A server made anew on a fresh system disk, from its image or another one. It stays the same server: id, network cards, addresses
 * and data disks. The fresh disk takes the place of the old one when it is complete (`disk.fill`), and what the guest is given
 * for its first boot is given again.
 */
import {
  requireOwnSystem,
  templateOf,
  vsysOfPart,
  withFreshSystem,
  withRebuiltServer,
  type Catalog,
  type Rebuild,
  type VServerId,
  type VServerSpec,
  type VsysSpec,
} from '@openvsys/vsys';
import type { PartEdit } from './edit-parts.js';
import type { ServerPasswords } from './initial-passwords.js';
import { getServer } from './part-names.js';

/** With passwords it gets a new one, on a config drive. */
export function rebuiltServer(id: VServerId, rebuild: Rebuild, passwords?: ServerPasswords): PartEdit {
  return {
    vsysId: vsysOfPart(id),
    about: { kind: 'vserver.rebuild', resource: id },
    draft: (present) => {
      const { name } = getServer(present.spec, id);
      requireOwnSystem(present.spec, [id]);
      return withRebuiltServer(present, name, withPassword(rebuild, passwords?.byServer.get(name)));
    },
    regard: (previous, catalog) => withImage(previous, id, rebuild.image, catalog),
    shape: (next) => withFreshSystem(next, id),
    ...(passwords === undefined
      ? {}
      : { also: async (session, written) => passwords.store(session, written) }),
  };
}

function withPassword(rebuild: Rebuild, password: string | undefined): Rebuild {
  if (password === undefined) return rebuild;
  return { ...rebuild, configDrive: true, login: { ...rebuild.login, password } };
}

/**
 * As if it had the other image already: a change of the image, which otherwise would destroy what nobody spoke of, is what is wished
 * here. One that is offered no more stays refused.
 */
function withImage(spec: VsysSpec, id: VServerId, wanted: string | undefined, { images }: Catalog): VsysSpec {
  const image = images.find(({ name }) => name === wanted);
  if (image === undefined || image.deprecated === true) return spec;
  const { systemDiskGiB, licence } = image;
  return withServer(spec, id, ({ licence: _before, ...server }) => ({
    ...server,
    image: templateOf(image),
    systemDiskGiB,
    ...(licence === undefined ? {} : { licence }),
  }));
}

const withServer = (
  spec: VsysSpec,
  id: VServerId,
  change: (server: VServerSpec) => VServerSpec,
): VsysSpec => ({
  ...spec,
  servers: spec.servers.map((server) => (server.id === id ? change(server) : server)),
});
