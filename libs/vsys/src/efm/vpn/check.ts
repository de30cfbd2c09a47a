/** What a VPN refers to: public IPs and VNets. */
import type { Violation } from '../../errors.js';
import { closed } from '../../spec/outline.js';
import { checkWayIn, configPointer, unknownName, unknownPublicIp, type EfmScope } from '../efm-scope.js';
import type { VpnTemplate } from './schema.js';

export function checkVpn(scope: EfmScope, { config }: VpnTemplate): Violation[] {
  const { publicIp, vnets = [] } = config;
  const at = (...rest: (string | number)[]) => configPointer(scope, ...rest);
  return [
    ...unknownPublicIp(scope, at('publicIp'), publicIp),
    ...checkWayIn(scope, { publicIp, vnet: undefined, what: 'VPN' }, at('publicIp')),
    ...vnets.flatMap((vnet, index) => unknownName(at('vnets', index), 'VNet', closed(vnet), scope.allNets)),
  ];
}
