import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateNext, refusalOf, smallDocument } from '../../test/spec-fixtures.js';
import { addressBookOf, checkAddressSpace, checkReservation, type AddressInUse } from './address-book.js';
import { autoPrefixOf, freeRanges } from './address-space.js';
import { needs } from './allocate/match-parts.js';
import { designOf } from './bind/bind-parameters.js';
import { withAddressesOf } from './change/same-addresses.js';
import { ipv4Range, overlaps } from './ipv4.js';

const app = (...nics: object[]) => ({ type: 'standard.small', image: 'debian-13', nics });
const designWith = (vnets: object, vservers: object = { app: app({ vnet: 'lan' }) }) =>
  designOf(smallDocument({ vnets, vservers }), {});

describe('chosen ranges', () => {
  it('are the lowest free ones, wide ones first, each aligned', () => {
    expect(freeRanges(['10.0.0.0/8'], [], [24, 24])).toEqual(['10.0.0.0/24', '10.0.1.0/24']);
    expect(freeRanges(['10.0.0.0/8'], ['10.0.0.0/23'], [29, 24, 16])).toEqual([
      '10.0.3.0/29',
      '10.0.2.0/24',
      '10.1.0.0/16',
    ]);
  });

  it('come from the next block of the space when one is full, and end with a clear refusal', () => {
    const space = ['192.168.0.0/29', '172.16.0.0/28'];
    expect(freeRanges(space, [], [29, 29, 29])).toEqual(['192.168.0.0/29', '172.16.0.0/29', '172.16.0.8/29']);
    expect(refusalOf(() => freeRanges(space, [], [29, 29, 29, 29]))).toMatchObject({
      code: 'address-exhausted',
    });
  });

  it('never overlap each other or what is taken, and lie in the space', () => {
    const range = fc.tuple(fc.nat(255), fc.nat(31), fc.integer({ min: 20, max: 29 }));
    const textOf = ([b, c, prefix]: [number, number, number]) => {
      const size = 2 ** (32 - prefix);
      const start = Math.floor((10 * 2 ** 24 + b * 2 ** 16 + c * 2 ** 11) / size) * size;
      return `${start >>> 24}.${(start >>> 16) & 255}.${(start >>> 8) & 255}.${start & 255}/${prefix}`;
    };
    fc.assert(
      fc.property(
        fc.array(range, { maxLength: 12 }),
        fc.array(fc.integer({ min: 18, max: 29 }), { minLength: 1, maxLength: 8 }),
        (held, prefixes) => {
          const taken = held.map(textOf);
          const found = freeRanges(['10.0.0.0/8'], taken, prefixes);
          expect(found.map((cidr) => ipv4Range(cidr).prefix)).toEqual(prefixes);
          const ranges = found.map(ipv4Range);
          const others = (index: number) => [
            ...taken.map(ipv4Range),
            ...ranges.filter((_, i) => i !== index),
          ];
          ranges.forEach((own, index) => {
            expect(own.cidr.startsWith('10.')).toBe(true);
            expect(others(index).some((other) => overlaps(other, own))).toBe(false);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are reserved once and stay: a change needs no new one until another prefix is asked for', () => {
    const design = designWith({ lan: { cidr: 'auto' }, dmz: { cidr: '10.9.0.0/24' } });
    expect(needs(design).autoRanges).toEqual([24]);
    const first = { design, allocation: allocateNext(design, undefined, {}, { ranges: ['10.0.7.0/24'] }) };
    expect(first.allocation.spec.nets).toMatchObject([
      { cidr: '10.0.7.0/24', autoRange: true },
      { cidr: '10.9.0.0/24' },
    ]);
    expect(first.allocation.spec.servers[0]?.nics[0]?.ipv4).toBe('10.0.7.2');
    expect(needs(design, first.allocation.spec).autoRanges).toEqual([]);
    expect(allocateNext(design, first).spec.nets).toEqual(first.allocation.spec.nets);
    const wider = designWith({ lan: { cidr: 'auto/22' }, dmz: { cidr: '10.9.0.0/24' } });
    expect(refusalOf(() => allocateNext(wider, first, {}, { ranges: ['10.0.8.0/22'] }))).toMatchObject({
      code: 'conflict',
      pointer: '/vnets/lan/cidr',
    });
  });

  it('are written down in a clone', () => {
    const design = designWith({ lan: { cidr: 'auto/26' } });
    const { spec } = allocateNext(design, undefined, {}, { ranges: ['10.0.7.64/26'] });
    expect(withAddressesOf(design, spec).nets).toEqual([{ name: 'lan', cidr: '10.0.7.64/26' }]);
  });

  it('allow no fixed addresses, and are checked for size', () => {
    const fixed = { app: app({ vnet: 'lan', address: '10.0.0.9' }) };
    expect(refusalOf(() => designWith({ lan: { cidr: 'auto' } }, fixed)).violations?.[0]?.pointer).toBe(
      '/vservers/app/nics/0/address',
    );
    const many = { app: { ...app({ vnet: 'lan' }), count: 9 } };
    expect(refusalOf(() => designWith({ lan: { cidr: 'auto/29' } }, many)).message).toContain('addresses');
    expect(refusalOf(() => designWith({ lan: { cidr: 'auto/30' } })).violations?.[0]?.pointer).toBe(
      '/vnets/lan/cidr',
    );
    expect(autoPrefixOf('10.0.0.0/8')).toBeUndefined();
  });
});

describe('withheld addresses', () => {
  const NET = { lan: { cidr: '10.0.0.0/24' } };
  const withheldIn = (allocation: ReturnType<typeof allocateNext>, first: string, last: string) => ({
    withheld: [{ net: allocation.spec.nets[0]!.id, first, last }],
  });

  it('are passed over, but given to who names them', () => {
    const design = designWith(NET);
    const first = { design, allocation: allocateNext(design) };
    const grown = designWith(NET, {
      app: app({ vnet: 'lan' }),
      next: app({ vnet: 'lan' }),
      named: app({ vnet: 'lan', address: '10.0.0.4' }),
    });
    const { spec } = allocateNext(grown, first, {}, withheldIn(first.allocation, '10.0.0.3', '10.0.0.9'));
    expect(spec.servers.map(({ name, nics }) => [name, nics[0]?.ipv4])).toEqual([
      ['app', '10.0.0.2'],
      ['next', '10.0.0.10'],
      ['named', '10.0.0.4'],
    ]);
  });

  it('may be all that is left', () => {
    const design = designWith(NET);
    const first = { design, allocation: allocateNext(design) };
    const grown = designWith(NET, { app: app({ vnet: 'lan' }), next: app({ vnet: 'lan' }) });
    expect(
      refusalOf(() => allocateNext(grown, first, {}, withheldIn(first.allocation, '10.0.0.3', '10.0.0.254'))),
    ).toMatchObject({ code: 'address-exhausted', remedy: expect.stringContaining('rested') });
  });
});

describe('the address book of a VNet', () => {
  const used = (address: string, use: AddressInUse['use'] = 'nic'): AddressInUse => ({
    address,
    use,
    server: 'web',
    until: null,
  });

  it('counts what a new NIC could get', () => {
    const book = addressBookOf(
      '10.0.0.0/28',
      [used('10.0.0.1'), used('10.0.0.2'), used('10.0.0.3', 'resting'), used('10.0.0.8')],
      [{ first: '10.0.0.4', last: '10.0.0.8' }],
    );
    // .2 to .14 are 13; 5 are reserved, one of them in use; 2 more are used or rest.
    expect(book).toMatchObject({ gateway: '10.0.0.1', total: 13, free: 6, nextFree: '10.0.0.9' });
    expect(addressBookOf('10.0.0.0/29', [], []).addresses).toEqual([
      { address: '10.0.0.1', use: 'gateway', server: null, until: null },
    ]);
    expect(addressBookOf('10.0.0.0/29', [], [{ first: '10.0.0.2', last: '10.0.0.6' }])).toMatchObject({
      free: 0,
      nextFree: null,
    });
  });

  it('refuses to reserve what is in use, the gateway, and what is outside', () => {
    const check = (first: string, last: string) =>
      checkReservation('10.0.0.0/24', { first, last }, [used('10.0.0.20')]);
    expect(check('10.0.0.30', '10.0.0.40')).toBeUndefined();
    expect(check('10.0.0.10', '10.0.0.30')).toMatchObject({ code: 'conflict' });
    expect(check('10.0.0.40', '10.0.0.30')).toMatchObject({ pointer: '/last' });
    for (const outside of ['10.0.0.1', '10.0.0.255', '10.0.1.5'])
      expect(check(outside, outside)?.message).toContain('10.0.0.2 to 10.0.0.254');
    expect(
      checkReservation('10.0.0.0/24', { first: '10.0.0.20', last: '10.0.0.20' }, [
        used('10.0.0.20', 'resting'),
      ]),
    ).toBeUndefined();
  });

  it.each([
    ['nonsense', 'not an IPv4 network'],
    ['10.0.0.1/8', 'not the start'],
    ['8.0.0.0/8', 'not a private range'],
    ['10.0.0.0/30', 'too small'],
  ])('refuses the address space %s', (text, why) => {
    expect(checkAddressSpace(['192.168.0.0/16', text])).toMatchObject([
      { pointer: '/addressSpace/1', message: expect.stringContaining(why) },
    ]);
  });

  it('refuses blocks that overlap', () => {
    expect(checkAddressSpace(['10.0.0.0/8', '10.5.0.0/16'])[0]?.message).toContain('overlaps');
  });
});
