/** VNets and public addresses added and removed. */
import { pointerOf } from '../pointer.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import type { VNetKind } from '../vnet-kind.js';
import { literal } from './part-secrets.js';
import { nameTaken } from './name-taken.js';
import type { SystemDraft, SystemSource } from './system-draft.js';

export interface NewNet {
  readonly name: string;
  /** IPv4 network. */
  readonly cidr: string;
  /** IPv6 network of prefix 64. */
  readonly range6?: string;
  readonly kind?: VNetKind;
  /** Bytes of the largest packet. */
  readonly mtu?: number;
  /** Whether the firewall, when there is one, is its gateway. */
  readonly gateway: 'firewall' | 'none';
}

/** Throws `conflict` when there is one of that name. */
export function withNet(source: SystemSource, { name, gateway, ...net }: NewNet): SystemDraft {
  const { descriptor, values } = source;
  const { vnets } = descriptor;
  if (Object.hasOwn(vnets, name)) throw nameTaken('VNet', name);
  return {
    document: {
      ...descriptor,
      vnets: { ...vnets, [name]: literal(net) },
      ...efmsAfter(descriptor, (listed) =>
        gateway === 'firewall' ? listed && [...listed, name] : (listed ?? Object.keys(vnets)),
      ),
    },
    values,
    places: [{ written: pointerOf('vnets', name), asked: '' }],
  };
}

/** Refused while servers have network cards in it or rules name it. */
export function withoutNet(source: SystemSource, name: string): SystemDraft {
  const { descriptor, values } = source;
  const { [name]: _gone, ...vnets } = descriptor.vnets;
  const efms = efmsAfter(descriptor, (listed) => {
    const left = listed?.filter((net) => net !== name);
    // A firewall has at least one VNet: that it has none left is said by the check.
    return left?.length === 0 ? listed : left;
  });
  return { document: { ...descriptor, vnets, ...efms }, values, places: [], removed: name };
}

/** Firewalls with another list of VNets; undefined: all of them. */
function efmsAfter(
  { efms }: Descriptor,
  next: (vnets: readonly string[] | undefined) => readonly string[] | undefined,
): { readonly efms?: object } {
  if (efms === undefined) return {};
  const changed = Object.entries(efms).map(([name, efm]): readonly [string, object] => {
    if (efm.kind !== 'firewall') return [name, efm];
    const { vnets, ...rest } = efm;
    const list = next(vnets);
    return [name, list === undefined ? rest : { ...rest, vnets: list }];
  });
  return { efms: Object.fromEntries(changed) };
}

/** Throws `conflict` when there is one of that name. */
export function withPublicIp({ descriptor, values }: SystemSource, name: string): SystemDraft {
  const { publicIps = {} } = descriptor;
  if (Object.hasOwn(publicIps, name)) throw nameTaken('public address', name);
  return {
    document: { ...descriptor, publicIps: { ...publicIps, [name]: {} } },
    values,
    places: [{ written: pointerOf('publicIps', name), asked: '' }],
  };
}

/** The address of that name becomes one of the VDC; a name that is not there is added. */
export function withAllocatedIp(
  { descriptor, values }: SystemSource,
  name: string,
  allocation: string,
): SystemDraft {
  return {
    document: { ...descriptor, publicIps: { ...descriptor.publicIps, [name]: { allocation } } },
    values,
    places: [{ written: pointerOf('publicIps', name), asked: '' }],
  };
}

/** The name gets an address of its own again, so that what uses it goes on. Throws `not-found` when it is not there. */
export function withOwnIp({ descriptor, values }: SystemSource, name: string): SystemDraft {
  return {
    document: { ...descriptor, publicIps: { ...descriptor.publicIps, [name]: {} } },
    values,
    places: [{ written: pointerOf('publicIps', name), asked: '' }],
  };
}

/** Refused while an EFM uses it. */
export function withoutPublicIp({ descriptor, values }: SystemSource, name: string): SystemDraft {
  const { [name]: _gone, ...publicIps } = descriptor.publicIps ?? {};
  return { document: { ...descriptor, publicIps }, values, places: [], removed: name };
}
