/** The descriptor of a design, as a caller would send it. */
import type { Design } from './story.js';

export function descriptorOf({ servers, diskGiB, backNet, publicIp, type }: Design): object {
  const web = {
    type,
    image: 'debian-13',
    count: '${web}',
    nics: [{ vnet: 'front' }, ...(backNet ? [{ vnet: 'back' }] : [])],
  };
  const db = {
    type,
    image: 'debian-13',
    startAfter: [],
    nics: [{ vnet: 'front', ...(publicIp ? { publicIp: 'main' } : {}) }],
    disks: [{ name: 'data', size: diskGiB }],
  };
  return {
    apiVersion: 'openvsys/v1',
    kind: 'VsysDescriptor',
    metadata: { name: 'shop', version: '1.0.0' },
    parameters: { web: { type: 'integer', default: servers, minimum: 1, maximum: 10 } },
    vnets: { front: { cidr: '10.0.1.0/24' }, ...(backNet ? { back: { cidr: '10.0.2.0/24' } } : {}) },
    ...(publicIp && diskGiB > 0 ? { publicIps: { main: {} } } : {}),
    vservers: { web, ...(diskGiB > 0 ? { db } : {}) },
  };
}
