import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { smallDocument } from '../../../test/spec-fixtures.js';
import { descriptorOf, parseDescriptor } from './parse-descriptor.js';
import { printDescriptor } from './print-descriptor.js';

const nasty = fc.string({
  unit: fc.constantFrom(' ', '\n', '\t', 'a', '#', ':', '-', '"', "'", '|', '>', '\r', '…'),
});

describe('printing', () => {
  test.prop([nasty], { numRuns: 1500 })('keeps user data to the last blank', (userData) => {
    const app = { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }], userData };
    const descriptor = descriptorOf(smallDocument({ vservers: { app } }));
    expect(parseDescriptor(printDescriptor(descriptor)).vservers['app']?.userData).toBe(userData);
    expect(parseDescriptor(printDescriptor(descriptor, 'json'))).toEqual(descriptor);
  });
});
