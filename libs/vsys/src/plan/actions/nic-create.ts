/** Connects a server to a segment that is ready on every host. */
import { isVNet } from '../../spec/vsys-spec.js';
import { acceptsParts, isNetReady } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, putById } from './action-rule.js';

export const nicCreate: ActionRule<'nic.create'> = {
  kind: 'nic.create',
  due: (world) =>
    [...world.wanted.nics.values()]
      .filter(({ nic }) => !world.seen.nics.has(nic.id) && isNetReady(world, nic.net))
      .filter(({ server }) => acceptsParts(world, server.id))
      .map(({ nic, server }) => ({ kind: 'nic.create', part: nic.id, server: server.id, nic })),
  predict: (observed, { server, nic: { device: _device, ...nic } }) => ({
    ...observed,
    nics: putById(observed.nics, { server, ...nic }),
  }),
  locks: ({ part, server, nic }) => ({
    exclusive: [lockOf(part)],
    shared: [lockOf(server), ...(isVNet(nic.net) ? [lockOf(nic.net)] : [])],
  }),
  after: ({ part, server, nic }) => [
    `nic.destroy:${part}`,
    ...(isVNet(nic.net) ? ([`vnet.create:${nic.net}`] as const) : []),
    `vserver.clone:${server}`,
    `vserver.stop:${server}`,
    `vserver.revert:${server}`,
    `vserver.start:${server}`,
  ],
  title: ({ server, nic }, name) =>
    `Connect VServer ${name(server)} to ${isVNet(nic.net) ? `VNet ${name(nic.net)}` : 'the external network'} as ${nic.ipv4}`,
  // XenAPI VIF.create.
  estimateMs: 100,
};
