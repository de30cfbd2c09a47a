/** What a load balancer refers to: VNets, public IPs, servers, certificates. */
import type { Violation } from '../../errors.js';
import { closed, membersNamed } from '../../spec/outline.js';
import { isOpen } from '../../spec/references.js';
import {
  checkWayIn,
  configPointer,
  unknownMember,
  unknownName,
  unknownPublicIp,
  unreachableMember,
  type EfmScope,
} from '../efm-scope.js';
import type { LoadBalancerTemplate } from './schema.js';

type Config = LoadBalancerTemplate['config'];
type Listener = Config['listeners'][number];

export const checkLoadBalancer = (scope: EfmScope, { config }: LoadBalancerTemplate): Violation[] =>
  config.listeners.flatMap((listener, index) => [
    ...checkPlace(scope, listener, index),
    ...checkMembers(scope, listener, index),
    ...checkStore(scope, config, listener, index),
  ]);

function checkPlace(scope: EfmScope, { vnet, publicIp }: Listener, index: number): Violation[] {
  const at = (key: string) => configPointer(scope, 'listeners', index, key);
  return [
    ...unknownName(at('vnet'), 'VNet of this load balancer', closed(vnet), scope.nets),
    ...unknownPublicIp(scope, at('publicIp'), publicIp),
    ...checkWayIn(scope, { publicIp, vnet, what: 'listener' }, at('publicIp')),
  ];
}

function checkMembers(scope: EfmScope, listener: Listener, index: number): Violation[] {
  const at = (...rest: (string | number)[]) => configPointer(scope, 'listeners', index, ...rest);
  const members = listener.members.flatMap((name, position) => {
    const pointer = at('members', position);
    const unknown = unknownMember(scope, pointer, name);
    if (unknown.length > 0 || isOpen(name)) return unknown;
    const [first] = membersNamed(scope.outline, name);
    return first ? unreachableMember(scope, pointer, first.name, first.nics) : [];
  });
  const named = (['memberWeights', 'memberStates'] as const).flatMap((key) =>
    Object.keys(listener[key] ?? {}).flatMap((name) => unknownMember(scope, at(key, name), name)),
  );
  return [...members, ...named];
}

function checkStore(scope: EfmScope, config: Config, listener: Listener, index: number): Violation[] {
  const at = (...rest: (string | number)[]) => configPointer(scope, 'listeners', index, ...rest);
  const certificates = Object.keys(config.certificates ?? {});
  const { certificates: wanted = [], clientCertificates } = listener;
  return [
    ...wanted.flatMap((name, position) =>
      unknownName(at('certificates', position), 'certificate', closed(name), certificates),
    ),
    ...unknownName(
      at('clientCertificates', 'authority'),
      'authority',
      closed(clientCertificates?.authority),
      Object.keys(config.authorities ?? {}),
    ),
  ];
}
