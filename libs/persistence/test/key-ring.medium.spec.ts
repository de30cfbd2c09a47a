/** Keys of secrets: made once however many start, changed with time, sealed anew when the installation gets another key. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { KeyRing, SECRET_KEY_BYTES, SecretBox } from '../src/index.js';
import { look, useWorld } from './persistence-fixture.js';

const world = useWorld();
const DAY_MS = 24 * 3_600_000;
const [mine, next, foreign] = [1, 2, 3].map(() => randomBytes(SECRET_KEY_BYTES)) as [Buffer, Buffer, Buffer];
const rings: KeyRing[] = [];

let now = new Date('2026-03-01T00:00:00Z');
const open = async (secretKey: Uint8Array, formerSecretKey?: Uint8Array): Promise<KeyRing> => {
  const ring = await KeyRing.open(world().database, { secretKey, formerSecretKey }, () => now);
  rings.push(ring);
  return ring;
};
const rows = async () =>
  look<{ number: number; master: string }>(world(), 'SELECT number, master FROM data_key ORDER BY number');

afterEach(async () => {
  for (const ring of rings.splice(0)) ring.close();
  await look(world(), 'TRUNCATE data_key');
});

describe('data keys', () => {
  it('are made once when many processes start together, and what one seals the others open', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, async () => open(mine)));
    expect(await rows()).toHaveLength(1);
    const boxes = all.map((ring) => new SecretBox(ring));
    const sealed = boxes[0]!.seal('password', 'pool:1');
    expect(boxes.map((box) => box.open(sealed, 'pool:1'))).toEqual(Array(8).fill('password'));
    expect(() => boxes[1]!.open(sealed, 'pool:2')).toThrow(/cannot be opened/);
    const stored = await look<{ sealed: Buffer }>(world(), 'SELECT sealed FROM data_key');
    expect(stored[0]!.sealed.includes(Buffer.from(all[0]!.sealing.key))).toBe(false);
  });

  it('give way to the next one after their time, which seals only when every process knows it', async () => {
    const [old, other] = [await open(mine), await open(mine)];
    const before = new SecretBox(old).seal('old', 'a');
    now = new Date(now.getTime() + 91 * DAY_MS);
    await old.refresh();
    expect((await rows()).map(({ number }) => number)).toEqual([1, 2]);
    // The other one has not looked yet, so it could not open what the new key seals.
    expect(new SecretBox(other).open(new SecretBox(old).seal('x', 'a'), 'a')).toBe('x');
    now = new Date(now.getTime() + DAY_MS / 24);
    await other.refresh();
    const after = new SecretBox(old).seal('new', 'a');
    expect(after.readUInt32BE(1)).toBe(2);
    expect([before, after].map((sealed) => new SecretBox(other).open(sealed, 'a'))).toEqual(['old', 'new']);
    await old.refresh();
    expect(await rows()).toHaveLength(2);
  });

  it('are sealed anew with another key of the installation; secrets stay as they are', async () => {
    const sealed = new SecretBox(await open(mine)).seal('password', 'pool:1');
    const before = await rows();
    await expect(open(next)).rejects.toMatchObject({ code: 'invalid-request', retry: 'never' });
    await open(next, mine);
    const after = await rows();
    expect(after[0]?.master).not.toBe(before[0]?.master);
    const alone = new SecretBox(await open(next));
    expect(alone.open(sealed, 'pool:1')).toBe('password');
    await expect(open(mine)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(open(foreign, mine)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('open what was sealed before there were data keys, also after a change of the key', async () => {
    const ancient = new SecretBox(mine).seal('password', 'pool:1');
    expect(new SecretBox(await open(mine)).open(ancient, 'pool:1')).toBe('password');
    expect(new SecretBox(await open(next, mine)).open(ancient, 'pool:1')).toBe('password');
    expect(() => new SecretBox(foreign).open(ancient, 'pool:1')).toThrow(/cannot be opened/);
  });

  it('do not open what was cut, changed, or sealed with a key that nobody knows', async () => {
    const box = new SecretBox(await open(mine));
    const sealed = box.seal('password', 'pool:1');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => box.open(changed, 'pool:1')).toThrow(/cannot be opened/);
      expect(() => box.open(sealed.subarray(0, at), 'pool:1')).toThrow(/cannot be opened/);
    }
  });
});
