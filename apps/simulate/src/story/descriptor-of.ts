/** The descriptor of a design, as a caller would send it. */
import type { Design } from './story.js';

export function descriptorOf(design: Design): object {
  const { servers, diskGiB, backNet, also } = design;
  const hasDatabase = diskGiB > 0;
  const server = hasDatabase && !also.includes('loose-disk') ? { server: 'db' } : {};
  return {
    apiVersion: 'openvsys/v1',
    kind: 'VsysDescriptor',
    metadata: { name: 'shop', version: '1.0.0' },
    parameters: { web: { type: 'integer', default: servers, minimum: 1, maximum: 10 } },
    vnets: { front: { cidr: '10.0.1.0/24' }, ...(backNet ? { back: { cidr: '10.0.2.0/24' } } : {}) },
    ...(also.includes('public-ip') ? { publicIps: { main: {} } } : {}),
    ...modulesOf(design),
    vservers: { web: webOf(design), ...(hasDatabase ? { db: databaseOf(design) } : {}) },
    ...(hasDatabase ? { vdisks: { data: { size: diskGiB, ...server } } } : {}),
  };
}

function webOf({ type, backNet, also }: Design): object {
  return {
    type,
    image: 'debian-13',
    count: '${web}',
    nics: [{ vnet: 'front' }, ...(backNet ? [{ vnet: 'back' }] : [])],
    ...(also.includes('config-drive') ? { configDrive: true, userData: '#cloud-config' } : {}),
  };
}

function databaseOf({ type, also }: Design): object {
  const power = (['paused', 'suspended'] as const).find((each) => also.includes(each));
  return {
    type,
    image: 'debian-13',
    startAfter: [],
    nics: [{ vnet: 'front', ...(also.includes('other-address') ? { address: '10.0.1.77' } : {}) }],
    ...(also.includes('waits') ? { ready: { delay: 5 } } : {}),
    ...(power === undefined ? {} : { power }),
  };
}

/** A firewall when there is something to be reached from outside. */
function modulesOf({ also }: Design): object {
  const firewall = { kind: 'firewall', type: 'efm.small', config: { sourceNat: { publicIp: 'main' } } };
  const listener = { name: 'http', protocol: 'http', port: 80, members: ['web'], memberPort: 8080 };
  const balancer = {
    kind: 'load-balancer',
    type: 'efm.small',
    nics: [{ vnet: 'front' }],
    config: { listeners: [listener] },
  };
  const efms = {
    ...(also.includes('public-ip') ? { fw: firewall } : {}),
    ...(also.includes('balancer') ? { lb: balancer } : {}),
  };
  return Object.keys(efms).length === 0 ? {} : { efms };
}
