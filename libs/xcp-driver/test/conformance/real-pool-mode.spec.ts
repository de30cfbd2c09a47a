/** The mode for real pools, tried on a simulated one that it takes for real. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Action } from '@openvsys/vsys';
import { contextFor, converge, liveObjects } from '../contract/sim-harness.js';
import { serverOf, smallSpec, withServer } from './small-spec.js';
import { openTarget, optionsFrom, startTlsPool } from './target.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function environmentOfPool() {
  const { server, options } = await startTlsPool();
  closers.push(async () => server.close());
  const environment = {
    XCP_TEST_URL: options.urls[0],
    XCP_TEST_USER: options.username,
    XCP_TEST_PASSWORD: options.password,
    XCP_TEST_FINGERPRINT: String(options.fingerprint),
    XCP_TEST_SR: 'nfs-2',
  };
  return { server, environment };
}

describe('a run on a pool of somebody', () => {
  it('leaves nothing, whatever it broke off at, and touches nothing else', async () => {
    const { server, environment } = await environmentOfPool();
    const before = liveObjects(server.pool);
    const target = await openTarget(4, environment);
    const spec = smallSpec(target);
    await converge(target.hypervisor, withServer(spec, 1, { power: 'running' }));
    const half: Action = { kind: 'vserver.clone', part: serverOf(target, 2), image: target.image };
    await target.hypervisor.perform(half, contextFor(target.hypervisor, half));
    expect(liveObjects(server.pool)).not.toEqual(before);
    await target.close();
    expect(liveObjects(server.pool)).toEqual(before);
    expect(server.pool.db.rows('session')).toEqual([]);
  });

  it('that was killed is cleared away by the next one', async () => {
    const { server, environment } = await environmentOfPool();
    const before = liveObjects(server.pool);
    const killed = await openTarget(3, environment);
    await converge(killed.hypervisor, smallSpec(killed));
    await killed.hypervisor.close();
    const next = await openTarget(3, environment);
    expect(next.hypervisor.inventory()).toEqual([]);
    await next.close();
    expect(liveObjects(server.pool)).toEqual(before);
  });

  it('is not begun with a certificate that is not the pinned one, nor with one that nobody vouches for', async () => {
    const { environment, server } = await environmentOfPool();
    for (const XCP_TEST_FINGERPRINT of ['AB:'.repeat(31) + 'AB', '']) {
      const begun = openTarget(4, { ...environment, XCP_TEST_FINGERPRINT });
      await expect(begun).rejects.toMatchObject({
        code: 'pool-refused',
        message: expect.stringContaining('certificate') as string,
      });
    }
    // The password went to nobody.
    expect(server.pool.log.callsPerMethod()['session.login_with_password']).toBeUndefined();
  });

  it('is not begun without a login, on a storage that is not there or on VLANs in use', async () => {
    const { environment, server } = await environmentOfPool();
    expect(() => optionsFrom({ ...environment, XCP_TEST_PASSWORD: '' })).toThrow(/XCP_TEST_PASSWORD/);
    await expect(openTarget(4, { ...environment, XCP_TEST_SR: 'nowhere' })).rejects.toThrow(/nowhere/);
    const holder = await openTarget(4, environment);
    await converge(holder.hypervisor, smallSpec(holder));
    const taken = { ...environment, XCP_TEST_VLAN: String(holder.vlan) };
    await expect(openTarget(0, taken)).rejects.toThrow(/taken/);
    await holder.close();
    expect(server.pool.db.rows('session')).toEqual([]);
  });
});
