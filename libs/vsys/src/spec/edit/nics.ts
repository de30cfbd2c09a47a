/** Network cards of a server added and removed. */
import { DomainError } from '../../errors.js';
import { pointerOf } from '../pointer.js';
import { literal } from './part-secrets.js';
import type { NicWish } from './servers.js';
import type { SystemDraft, SystemSource } from './system-draft.js';
import { withServerFields, writtenServer } from './written-server.js';

/** Throws `not-found`. */
export function withNic(source: SystemSource, serverName: string, nic: NicWish): SystemDraft {
  const server = writtenServer(source.descriptor, serverName);
  const nics = [...server.effective.nics, literal(nic)];
  return {
    document: withServerFields(source.descriptor, server, { nics }),
    values: source.values,
    places: [
      { written: server.pointer + pointerOf('nics', nics.length - 1), asked: '' },
      { written: server.pointer, asked: '' },
    ],
  };
}

/** The present address of each NIC in a VNet, in the order of the design. */
export type NicAddresses = readonly string[];

/**
 * Without one card. Others in the same VNet are told apart by their addresses from now on, so that none takes the place of the
 * one that goes. Throws `not-found`, `conflict` for the last one.
 */
export function withoutNic(
  source: SystemSource,
  serverName: string,
  index: number,
  addresses: NicAddresses,
): SystemDraft {
  const server = writtenServer(source.descriptor, serverName);
  const { nics } = server.effective;
  const gone = nics[index];
  if (gone === undefined) throw new DomainError('not-found', `“${serverName}” has no such network card.`);
  if (nics.length === 1)
    throw new DomainError('conflict', `It is the only network card of “${serverName}”.`, {
      remedy: 'Add another one first, or delete the server.',
    });
  const left = nics.flatMap((nic, at) => {
    if (at === index) return [];
    const address = nic.vnet === gone.vnet ? (addresses[at] ?? nic.address) : nic.address;
    return [address === undefined ? nic : { ...nic, address }];
  });
  return {
    document: withServerFields(source.descriptor, server, { nics: left }),
    values: source.values,
    places: [],
    removed: `${serverName}, network card ${index}`,
  };
}
