import { describe, expect, it } from 'vitest';
import { smallDocument } from '../../test/spec-fixtures.js';
import { allocateNext } from '../../test/spec-fixtures.js';
import { designOf } from './bind/bind-parameters.js';
import { ipv6Of, isUsable6, properRange6 } from './ipv6.js';
import { parseDescriptor } from './parse/parse-descriptor.js';

const RANGE = 'fd12:3456:789a:1::/64';
const documentWith = (vnets: object) => smallDocument({ vnets });
const placesOf = (vnets: object): string[] => {
  try {
    parseDescriptor(JSON.stringify(documentWith(vnets)));
    return [];
  } catch (error) {
    return (error as { violations: readonly { pointer: string }[] }).violations.map(({ pointer }) => pointer);
  }
};

describe('IPv6 of a VNet', () => {
  it('gives each address of the VNet its own', () => {
    expect(ipv6Of(RANGE, '10.0.1.5')).toBe('fd12:3456:789a:1::a00:105');
    expect(properRange6('FD12:0:0:1::/64')).toBe('fd12:0:0:1::/64');
    expect([isUsable6('2a00:1:2:3::/64'), isUsable6('fe80::/64'), isUsable6('2001:db8::/64')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is given to servers, which are told; gateways have none', () => {
    const document = smallDocument({
      vnets: { lan: { cidr: '10.0.0.0/24', range6: RANGE } },
      efms: { fw: { kind: 'firewall' } },
    });
    const { spec } = allocateNext(designOf(document, {}));
    expect(spec.nets).toMatchObject([{ range6: RANGE }]);
    const [server, firewall] = ['server', 'firewall'].map((kind) =>
      spec.servers.find((each) => each.kind === kind),
    );
    const nic = server!.nics[0]!;
    expect(nic.ipv6).toBe(ipv6Of(RANGE, nic.ipv4));
    expect(server!.guestData['openvsys/nic/0/address6']).toBe(`${nic.ipv6}/64`);
    expect(firewall!.nics.every(({ ipv6 }) => ipv6 === undefined)).toBe(true);
  });

  it.each([
    ['another length', 'fd12::/56'],
    ['host bits', 'fd12::1/64'],
    ['addresses of links', 'fe80::/64'],
    ['what is no network', 'fd12::zz/64'],
  ])('refuses %s', (_, range6) => {
    expect(placesOf({ lan: { cidr: '10.0.0.0/24', range6 } })).toEqual(['/vnets/lan/range6']);
  });

  it('refuses one that two VNets have', () => {
    const nets = { lan: { cidr: '10.0.0.0/24', range6: RANGE }, dmz: { cidr: '10.0.1.0/24', range6: RANGE } };
    expect(placesOf(nets)).toEqual(['/vnets/dmz/range6']);
  });
});
