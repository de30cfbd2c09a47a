/** Systems and what belongs to them. */
import { vsysId, type VsysId } from '@openvsys/vsys';
import type { Representation } from '../model/representation.js';
import type { TypeName } from '../model/type-names.js';
import { listAddresses } from './addresses.js';
import type { CimiContext } from './context.js';
import type { Adding, CollectionFace } from './face.js';
import { addGroup, listForwardingGroups } from './forwarding-groups.js';
import { joinFace } from './joins.js';
import { addMachine } from './machine-changes.js';
import { listMachines } from './machine-views.js';
import { metersOf } from './meters.js';
import { addAddress, addNetwork } from './network-changes.js';
import { listNetworks } from './network-views.js';
import { SYSTEMS } from './paths.js';
import {
  addSystem,
  editSystem,
  importSystem,
  removeSystem,
  systemActions,
  systemEnvelope,
  systemPackage,
} from './system-changes.js';
import { getSystem, listSystems } from './system-views.js';
import { servicesFace } from './services-face.js';
import { addVolume } from './volume-changes.js';
import { listVolumes } from './volumes.js';

export function systemsFace(context: CimiContext): CollectionFace {
  return {
    type: 'System',
    path: SYSTEMS,
    permission: 'vsys:read',
    list: async () => listSystems(context),
    get: async (id) => getSystem(context, vsysId(id)),
    add: addSystem(context),
    edit: {
      permission: 'vsys:change',
      run: async (id, changes) => editSystem(context, vsysId(id), changes),
    },
    remove: { permission: 'vsys:delete', run: async (id) => removeSystem(context, vsysId(id)) },
    actions: systemActions(context),
    operations: context.may('vsys:create') ? [{ rel: 'action/import', href: `${SYSTEMS}/import` }] : [],
    ownActions: {
      import: { permission: 'vsys:create', run: async (_id, body) => importSystem(context, body) },
    },
    children: componentsOf(context),
    documents: {
      package: async (id) => systemPackage(context, id),
      envelope: async (id) => systemEnvelope(context, id),
    },
  };
}

/** What of a system a sub-collection shows, and how something new of the kind is made in it. */
interface Component {
  readonly type: TypeName;
  readonly target: TypeName;
  readonly attribute: string;
  readonly list: (context: CimiContext, id: VsysId) => Promise<readonly Representation[]>;
  readonly add?: (context: CimiContext, id: VsysId) => Adding;
}

const COMPONENTS: Readonly<Record<string, Component>> = {
  machines: {
    type: 'SystemMachine',
    target: 'Machine',
    attribute: 'machine',
    list: listMachines,
    add: addMachine,
  },
  volumes: { type: 'SystemVolume', target: 'Volume', attribute: 'volume', list: listVolumes, add: addVolume },
  networks: {
    type: 'SystemNetwork',
    target: 'Network',
    attribute: 'network',
    list: listNetworks,
    add: addNetwork,
  },
  addresses: {
    type: 'SystemAddress',
    target: 'Address',
    attribute: 'address',
    list: listAddresses,
    add: addAddress,
  },
  forwarding_groups: {
    type: 'SystemForwardingGroup',
    target: 'ForwardingGroup',
    attribute: 'forwardingGroup',
    list: listForwardingGroups,
    add: addGroup,
  },
};

function componentsOf(context: CimiContext): NonNullable<CollectionFace['children']> {
  const joined = Object.entries(COMPONENTS).map(
    ([name, component]) => [name, (id: string) => componentFace(context, name, component, id)] as const,
  );
  return {
    ...Object.fromEntries(joined),
    efms: (id) => servicesFace(context, vsysId(id)),
    network_services: (id) => servicesFace(context, vsysId(id)),
    meters: (id) => metersOf(context, `${SYSTEMS}/${id}`),
  };
}

function componentFace(
  context: CimiContext,
  name: string,
  { list, add, ...types }: Component,
  id: string,
): CollectionFace {
  const system = vsysId(id);
  return joinFace(context, {
    ...types,
    path: `${SYSTEMS}/${id}/${name}`,
    permission: 'vsys:read',
    list: async () => {
      await context.use.vsys.get(context.call, system);
      return list(context, system);
    },
    ...(add === undefined ? {} : { add: add(context, system) }),
  });
}
