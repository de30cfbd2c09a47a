import fc from 'fast-check';
import { Address4 } from 'ip-address';
import { describe, expect, it } from 'vitest';
import { ipv4FromNumber, ipv4Range, ipv4ToNumber } from './ipv4.js';

const anyNumber = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('IPv4 arithmetic', () => {
  it('reads and writes addresses as the library for them does', () => {
    fc.assert(
      fc.property(anyNumber, (number) => {
        const text = Address4.fromBigInt(BigInt(number)).correctForm();
        expect(ipv4FromNumber(number)).toBe(text);
        expect(ipv4ToNumber(text)).toBe(number);
      }),
    );
  });

  it('finds the ends of ranges as the library does, also of one written by an address inside of it', () => {
    fc.assert(
      fc.property(anyNumber, fc.integer({ min: 0, max: 32 }), (number, prefix) => {
        const cidr = `${ipv4FromNumber(number)}/${prefix}`;
        const parsed = new Address4(cidr);
        expect(ipv4Range(cidr)).toEqual({
          cidr,
          prefix,
          network: Number(parsed.startAddress().bigInt()),
          broadcast: Number(parsed.endAddress().bigInt()),
          gateway: Number(parsed.startAddress().bigInt()) + 1,
        });
      }),
    );
  });
});
