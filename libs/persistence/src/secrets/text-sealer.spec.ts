import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contractId, markOf, vserverIdOf, vsysIdOf } from '@openvsys/vsys';
import { SecretBox } from './secret-box.js';
import { SECRET_KEY_BYTES } from './secret-keys.js';
import { createTextSealer } from './text-sealer.js';

const VSYS = vsysIdOf(contractId('ACME0001'), 'SEALED001');
const WEB = vserverIdOf(VSYS, 1);
const sealer = createTextSealer(new SecretBox(randomBytes(SECRET_KEY_BYTES)));

describe('the sealer of texts', () => {
  it('opens what it sealed, for the same part only', () => {
    const sealed = sealer.seal('pässword', WEB);
    expect(sealed).not.toContain('pässword');
    expect(sealer.open(sealed, WEB)).toBe('pässword');
    expect(() => sealer.open(sealed, vserverIdOf(VSYS, 2))).toThrow(/cannot be opened/);
  });

  it('gives every sealing a mark of its own, also for texts of one letter', () => {
    const marks = Array.from({ length: 100 }, () => markOf(sealer.seal('x', WEB)));
    expect(new Set(marks).size).toBe(100);
  });
});
