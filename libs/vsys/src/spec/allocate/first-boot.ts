/**
 * What a server is given for its first boot: user data and a login, as guest data and, when asked for, on a config drive.
 * All that a secret flowed into is sealed; what says the same as in the previous generation keeps its sealed text.
 *
 *   user data ──────────► xenstore user-data/<n>  and  config drive user-data
 *   login ──────────────► xenstore openvsys/login/<key>  and  config drive vendor-data (cloud-config)
 *   id, name, NICs ─────► config drive meta-data, network-config
 */
import type { VNetId } from '../../ids.js';
import type { TextSealer } from '../../ports/text-sealer.port.js';
import type { DesignServer } from '../bind/vsys-design.js';
import { isSealed, isSameTexts, keepSealed } from '../sealed-text.js';
import type { ConfigDriveSpec, VNetSpec, VServerSpec } from '../vsys-spec.js';
import { metaDataOf, networkConfigOf, vendorDataOf } from './config-drive-files.js';

export interface FirstBoot {
  readonly server: Pick<VServerSpec, 'id' | 'name' | 'nics'>;
  readonly wish: Pick<DesignServer, 'userData' | 'userDataIsSecret' | 'login' | 'configDrive'>;
  readonly nets: ReadonlyMap<VNetId, VNetSpec>;
  readonly routed: ReadonlySet<VNetId>;
  readonly generation: number;
  readonly sealer: TextSealer;
  /** The server as it was wanted before. */
  readonly previous: VServerSpec | undefined;
}

/** Guest data that is a secret by its key, whatever the user data holds. */
const SECRET_KEYS = new Set(['openvsys/login/password']);
const isUserData = (key: string): boolean => /^user-data\/[0-9]+$/.test(key);

/**
 * The guest data with its secrets sealed. A plain text that looks like a sealed one is sealed too: else somebody could have a text of
 * somebody else opened.
 */
export function sealGuestData(
  data: Readonly<Record<string, string>>,
  boot: FirstBoot,
): Record<string, string> {
  const { server, wish, sealer, previous } = boot;
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => {
      const isSecret = SECRET_KEYS.has(key) || (wish.userDataIsSecret === true && isUserData(key));
      if (!isSecret && !isSealed(text)) return [key, text];
      return [key, keepSealed(text, server.id, sealer, previous?.guestData[key])];
    }),
  );
}

/** The login as guest data; keys that are not wanted are not there. */
export function loginDataOf({ login }: FirstBoot['wish']): [string, string][] {
  if (login === undefined) return [];
  const { user, password, sshKeys } = login;
  return [
    ['openvsys/login/user', user],
    ...(password === undefined ? [] : ([['openvsys/login/password', password]] as [string, string][])),
    ...sshKeys.map((key, index): [string, string] => [`openvsys/login/ssh-key/${index}`, key]),
  ];
}

/**
 * The config drive, or undefined when none is wanted. It keeps its version while its files stay the same, so that a server is
 * given it once; another version is given when the server next starts.
 */
export function configDriveOf(boot: FirstBoot): ConfigDriveSpec | undefined {
  const { wish, server, generation, previous } = boot;
  if (wish.configDrive !== true) return undefined;
  const secretFiles = new Set<string>();
  if (wish.userDataIsSecret === true) secretFiles.add('user-data');
  if (wish.login?.password !== undefined) secretFiles.add('vendor-data');
  const plain: Record<string, string> = {
    'meta-data': metaDataOf(server),
    'user-data': wish.userData === '' ? '#cloud-config\n{}\n' : wish.userData,
    'network-config': networkConfigOf(boot),
    ...(wish.login === undefined ? {} : { 'vendor-data': vendorDataOf(wish.login) }),
  };
  const files = Object.fromEntries(
    Object.entries(plain).map(([name, text]) => {
      if (!secretFiles.has(name) && !isSealed(text)) return [name, text];
      return [name, keepSealed(text, server.id, boot.sealer, previous?.configDrive?.files[name])];
    }),
  );
  const before = previous?.configDrive;
  return before !== undefined && isSameTexts(before.files, files) ? before : { files, version: generation };
}
