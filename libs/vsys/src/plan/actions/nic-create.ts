/** Connects a server to a segment that is ready on every host. */
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
  predict: (observed, { server, nic: { id, net, mac, ipv4 } }) => ({
    ...observed,
    nics: putById(observed.nics, { id, server, net, mac, ipv4 }),
  }),
  locks: ({ part, server, nic }) => ({
    exclusive: [lockOf(part)],
    shared: [lockOf(server), lockOf(nic.net)],
  }),
  after: ({ part, server, nic }) => [
    `nic.destroy:${part}`,
    `vnet.create:${nic.net}`,
    `vserver.clone:${server}`,
    `vserver.stop:${server}`,
    `vserver.start:${server}`,
  ],
  title: ({ server, nic }, name) => `Connect VServer ${name(server)} to VNet ${name(nic.net)} as ${nic.ipv4}`,
  // XenAPI VIF.create.
  estimateMs: 100,
};
