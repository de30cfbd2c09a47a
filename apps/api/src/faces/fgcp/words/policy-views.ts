/** Policies as answers show them, by direction. */
import type { FgcpFields } from '../protocol/write-answer.js';
import { directionPrefix, zoneId } from './firewall-zones.js';
import type { Policy } from './policy-rules.js';

export interface PolicyFilter {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface PolicyPlace {
  readonly system: string;
  /** All zones that may be a source. */
  readonly zones: readonly string[];
  /** Whether what no policy accepts is logged. */
  readonly log: Policy['log'];
}

/** The last rule of each source zone: what no policy of it accepts. */
const DEFAULT_ID = '50000';

export function directionViews(
  policies: readonly Policy[],
  { from, to }: PolicyFilter,
  { system, zones, log }: PolicyPlace,
): readonly FgcpFields[] {
  const sources = zones.filter((zone) => from === undefined || zone === from);
  return sources.flatMap((zone) => {
    const own = policies.filter((policy) => policy.from === zone && (to === undefined || policy.to === to));
    const directions = [...Map.groupBy(own, (policy) => policy.to)];
    return [
      { from: zoneId(system, zone), policies: { policy: [defaultView(log)] } },
      ...directions.map(([target, ofDirection]) => ({
        from: zoneId(system, zone),
        policies: { policy: ofDirection.toSorted(byId).map(policyView) },
        to: zoneId(system, target),
      })),
    ];
  });
}

const byId = (a: Policy, b: Policy): number => Number(a.id) - Number(b.id);

const defaultView = (log: Policy['log']): FgcpFields => ({
  action: 'Deny',
  dst: '',
  dstPort: '',
  dstService: '',
  dstType: '',
  id: DEFAULT_ID,
  log,
  protocol: '',
  src: '',
  srcPort: '',
  srcType: '',
});

const joined = (values: readonly string[] | 'any'): string => (values === 'any' ? 'any' : values.join(','));

function policyView(policy: Policy): FgcpFields {
  const hasPorts = policy.protocol !== 'icmp';
  return {
    action: policy.action,
    dst: joined(policy.dst),
    dstPort: hasPorts ? joined(policy.dstPort) : '',
    dstService: policy.dstService,
    dstType: 'IP',
    id: `${directionPrefix(policy.from, policy.to)}${policy.id}`,
    log: policy.log,
    protocol: policy.protocol,
    src: joined(policy.src),
    srcPort: hasPorts ? joined(policy.srcPort) : '',
    srcType: 'IP',
  };
}
