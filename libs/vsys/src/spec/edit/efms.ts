/** EFMs added, made larger or smaller, removed. Their configurations are edited in `efm/edit`. */
import { hidingKeys } from '../../efm/edit/keys.js';
import { writtenEfm, type WrittenConfig } from '../../efm/edit/written-config.js';
import type { EfmKind } from '../../efm/registry.js';
import { pointerOf } from '../pointer.js';
import { nameTaken } from './name-taken.js';
import { withoutWishes } from './wishes.js';
import type { SystemDraft, SystemSource } from './system-draft.js';

/** As in a descriptor; what fits which kind is its schema's business. */
export interface NewEfm {
  readonly name: string;
  readonly kind: EfmKind;
  readonly type?: string;
  readonly redundant?: boolean;
  /** Absent: it runs. */
  readonly power?: 'running' | 'stopped';
  readonly startOrder?: number;
  /** Of a firewall. */
  readonly vnets?: readonly string[];
  /** Of the others. */
  readonly nics?: readonly { readonly vnet: string; readonly address?: string }[];
  readonly config?: WrittenConfig;
}

export interface EfmChange {
  readonly type?: string;
  readonly redundant?: boolean;
}

/** Throws `conflict` when something has the name. Keys in the configuration become secret parameters. */
export function withEfm(source: SystemSource, { name, config, ...efm }: NewEfm): SystemDraft {
  const { descriptor, values } = source;
  const { efms = {}, vservers, parameters } = descriptor;
  if (Object.hasOwn(efms, name) || Object.hasOwn(vservers, name))
    throw nameTaken('server, role or EFM', name);
  const hidden = config === undefined ? undefined : hidingKeys(config, source);
  const declared = { ...parameters, ...hidden?.declarations };
  const written = hidden === undefined ? efm : { ...efm, config: hidden.config };
  return {
    document: {
      ...descriptor,
      ...(Object.keys(declared).length === 0 ? {} : { parameters: declared }),
      efms: { ...efms, [name]: written },
    },
    values: { ...values, ...hidden?.values },
    places: [{ written: pointerOf('efms', name), asked: '' }],
  };
}

/** `appliance`: either of a pair. Throws `not-found`. */
export function withChangedEfm(source: SystemSource, appliance: string, change: EfmChange): SystemDraft {
  const { descriptor, values } = source;
  const { name } = writtenEfm(descriptor, appliance);
  const { efms = {} } = descriptor;
  return {
    document: { ...descriptor, efms: { ...efms, [name]: { ...efms[name], ...change } } },
    values,
    places: [{ written: pointerOf('efms', name), asked: '' }],
  };
}

/** Both appliances of a pair. Its public addresses stay with the system. Throws `not-found`. */
export function withoutEfm(source: SystemSource, appliance: string): SystemDraft {
  const { descriptor, values } = source;
  const { name } = writtenEfm(descriptor, appliance);
  const { [name]: _gone, ...efms } = descriptor.efms ?? {};
  return { document: withoutWishes({ ...descriptor, efms }, name), values, places: [], removed: name };
}
