/**
 * Address translation of a firewall as this protocol has it: one rule an address, at most one of them the address that servers
 * are seen under outside.
 *
 *   publicIp ──► privateIp    static translation (all ports), or what forwards of single ports lead to
 *   snapt                     source translation of the whole system
 */
import type { PublicIpRecord, VServerRecord } from '@openvsys/persistence';
import type { WrittenConfig } from '@openvsys/vsys';

type Data = Readonly<Record<string, unknown>>;
export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface NatRule {
  readonly publicIp: string;
  readonly privateIp: string | undefined;
  readonly snapt: boolean;
}

export interface NatSide {
  readonly members: readonly VServerRecord[];
  readonly addresses: readonly Pick<PublicIpRecord, 'address' | 'name'>[];
}

const listIn = (config: WrittenConfig, key: string): readonly Readonly<Record<string, unknown>>[] => {
  const list: unknown = config[key];
  return Array.isArray(list) ? list.filter(isData) : [];
};

const sourceNatIp = ({ sourceNat }: WrittenConfig): unknown =>
  isData(sourceNat) ? sourceNat['publicIp'] : undefined;

/** Server or appliance that an address of the firewall leads to, by the name of the address. */
function targetsOf(config: WrittenConfig): ReadonlyMap<unknown, unknown> {
  const entries = [...listIn(config, 'portForwards'), ...listIn(config, 'staticNat')];
  return new Map(entries.map(({ publicIp, server }) => [publicIp, server]));
}

/** Its address in its first segment. */
export const addressOfMember = ({ nics }: VServerRecord): string | undefined =>
  nics.find(({ vnetId }) => vnetId !== null)?.ipv4;

/** Of these addresses, one each. */
export function natRules(config: WrittenConfig, { members, addresses }: NatSide): readonly NatRule[] {
  const targets = targetsOf(config);
  return addresses.map(({ address, name }) => {
    const target = members.find((member) => member.name === targets.get(name));
    return {
      publicIp: address,
      privateIp: target && addressOfMember(target),
      snapt: sourceNatIp(config) === name,
    };
  });
}

export interface ResolvedNat {
  /** Name of the address → name of the server, undefined: none. */
  readonly targets: ReadonlyMap<string, string | undefined>;
  /** Name of the address that servers are seen under. */
  readonly source: string | undefined;
}

/** All of it replaced. Forwards of single ports stay where the target of their address does. */
export function withNat(config: WrittenConfig, { targets, source }: ResolvedNat): WrittenConfig {
  const before = targetsOf(config);
  const static_ = new Set(listIn(config, 'staticNat').map(({ publicIp }) => publicIp));
  const keeps = (name: unknown): boolean =>
    !static_.has(name) &&
    typeof name === 'string' &&
    targets.get(name) !== undefined &&
    before.get(name) === targets.get(name);
  const portForwards = listIn(config, 'portForwards').filter(({ publicIp }) => keeps(publicIp));
  const forwarded = new Set(portForwards.map(({ publicIp }) => publicIp));
  const staticNat = [...targets].flatMap(([publicIp, server]) =>
    server === undefined || forwarded.has(publicIp) ? [] : [{ publicIp, server }],
  );
  const { sourceNat: present, staticNat: _static, portForwards: _forwards, ...rest } = config;
  return {
    ...rest,
    ...(source === undefined
      ? {}
      : { sourceNat: isData(present) && present['publicIp'] === source ? present : { publicIp: source } }),
    ...(staticNat.length === 0 ? {} : { staticNat }),
    ...(portForwards.length === 0 ? {} : { portForwards }),
  };
}

/** Nothing leads through the address any more. */
export function withoutPublicIp(config: WrittenConfig, name: string): WrittenConfig {
  const others = (key: string) => listIn(config, key).filter(({ publicIp }) => publicIp !== name);
  const { sourceNat, staticNat: _static, portForwards: _forwards, ...rest } = config;
  const staticNat = others('staticNat');
  const portForwards = others('portForwards');
  return {
    ...rest,
    ...(sourceNat === undefined || sourceNatIp(config) === name ? {} : { sourceNat }),
    ...(staticNat.length === 0 ? {} : { staticNat }),
    ...(portForwards.length === 0 ? {} : { portForwards }),
  };
}
