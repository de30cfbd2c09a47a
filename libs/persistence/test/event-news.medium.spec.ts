/** Whoever stores events tells of them, so that nobody has to look for them all the time. */
import { DomainError } from '@openvsys/vsys';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  FED,
  feedEvents,
  insertEvent,
  openNotifications,
  PgPoolLeaseStore,
  PgProvisioningStore,
  tellNotice,
  type Notifications,
} from '../src/index.js';
import { admit, AT, useWorld } from './persistence-fixture.js';

const getWorld = useWorld();
let open: Notifications | undefined;
let heard: string[] = [];

beforeEach(async () => {
  heard = [];
  open = await openNotifications({
    url: getWorld().url,
    channels: ['openvsys_event'],
    onNotification: ({ payload }) => heard.push(payload),
  });
});
afterEach(async () => open?.close());

const hear = async (payload: string) => {
  await vi.waitFor(() => expect(heard).toContain(payload), { timeout: 5_000 });
  heard = [];
};

const event = () => ({
  id: uuidv7(),
  organizationId: getWorld().organizationId,
  vsysId: null,
  resource: 'it',
  type: 'test.happened',
  data: {},
  at: AT,
});

describe('news of events', () => {
  it('are told by use cases when their transaction commits, and not when it is rolled back', async () => {
    const { database } = getWorld();
    const refused = database.transaction(async (session) => {
      await insertEvent(session, event());
      throw new DomainError('conflict', 'undone');
    });
    await expect(refused).rejects.toThrow('undone');
    await database.session(async (session) => session.notify('openvsys_event', 'end of the test'));
    await vi.waitFor(() => expect(heard).toEqual(['end of the test']), { timeout: 5_000 });
    await database.transaction(async (session) => insertEvent(session, event()));
    await hear('new');
  });

  it('are told of notices, admissions and turns of the engine', async () => {
    const { database, poolId } = getWorld();
    const notice = {
      id: uuidv7(),
      title: 'Maintenance',
      text: 'At night.',
      severity: 'info',
      organizationIds: null,
      validFrom: AT,
      validUntil: null,
      version: 1,
      createdAt: AT,
      changedAt: AT,
    } as const;
    const told = await database.transaction(async (session) =>
      tellNotice(session, notice, 'notice.published', AT),
    );
    expect(told).toBeGreaterThan(0);
    await hear('new');
    const { spec } = await database.transaction(async (session) => admit(session, getWorld()));
    await hear('new');
    const fence = await new PgPoolLeaseStore(database).tryAcquire(poolId, 'worker-1', 600);
    if (fence === undefined) throw new Error('the lease is free');
    await new PgProvisioningStore(database).commit(fence, {
      vsysId: spec.vsysId,
      generation: 1,
      at: AT,
      phase: 'changing',
    });
    await hear('new');
  });

  it('say so when events are in the feed', async () => {
    const { database } = getWorld();
    await database.transaction(async (session) => insertEvent(session, event()));
    expect(await database.transaction(async (session) => feedEvents(session, AT))).toBeGreaterThan(0);
    await hear(FED);
  });
});
