/** Gives a NIC its addresses, while it stays plugged: a public address can be added without an interruption. */
import { acceptsParts, fitsNic, isNicExact } from '../world.js';
import type { ActionRule } from './action-rule.js';
import { lockOf, replaceById } from './action-rule.js';

export const nicConfigure: ActionRule<'nic.configure'> = {
  kind: 'nic.configure',
  due: (world) =>
    [...world.seen.nics.values()].flatMap((seen) => {
      const wanted = world.wanted.nics.get(seen.id);
      if (wanted === undefined || !fitsNic(world, seen) || isNicExact(world, seen)) return [];
      if (!acceptsParts(world, seen.server)) return [];
      return [{ kind: 'nic.configure', part: seen.id, server: seen.server, nic: wanted.nic }];
    }),
  predict: (observed, { part, nic: { ipv4, ipv6, alsoIpv4 = [] } }) => ({
    ...observed,
    nics: replaceById(observed.nics, part, ({ alsoIpv4: _before, ipv6: _before6, ...nic }) => ({
      ...nic,
      ipv4,
      ...(alsoIpv4.length === 0 ? {} : { alsoIpv4 }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
    })),
  }),
  locks: ({ part, server }) => ({ exclusive: [lockOf(part)], shared: [lockOf(server)] }),
  after: ({ server }) => [`vserver.stop:${server}`, `vserver.revert:${server}`, `vserver.start:${server}`],
  title: ({ server, nic: { device, ipv4, ipv6, alsoIpv4 = [] } }, name) =>
    `Set addresses of NIC ${device} of VServer ${name(server)} to ${[ipv4, ...alsoIpv4, ...(ipv6 === undefined ? [] : [ipv6])].join(', ')}`,
  // XenAPI VIF.set_ipv4_allowed.
  estimateMs: 60,
};
