import { describe, expect, it } from 'vitest';
import { SecretBox } from './secret-box.js';

const box = new SecretBox(new Uint8Array(32).fill(1));

describe('a sealed secret', () => {
  it('opens with the same key and context, and differs each time it is sealed', () => {
    const sealed = box.seal('pässword', 'pool:1');
    expect(box.open(sealed, 'pool:1')).toBe('pässword');
    expect(box.seal('pässword', 'pool:1').equals(sealed)).toBe(false);
    expect(sealed.toString('utf8')).not.toContain('ssword');
  });

  it('does not open in another row, with another key, changed or cut', () => {
    const sealed = box.seal('password', 'pool:1');
    const refused = expect.objectContaining({ code: 'internal', message: expect.stringContaining('key') });
    expect(() => box.open(sealed, 'pool:2')).toThrow(refused);
    expect(() => new SecretBox(new Uint8Array(32).fill(2)).open(sealed, 'pool:1')).toThrow(refused);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, 'pool:1')).toThrow(refused);
      expect(() => box.open(sealed.subarray(0, at), 'pool:1')).toThrow(refused);
    }
  });

  it('needs a key of 32 bytes', () => {
    expect(() => new SecretBox(new Uint8Array(16))).toThrow(/32 bytes/);
  });
});
