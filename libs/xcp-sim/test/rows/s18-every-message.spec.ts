// S11, S18: every message with arguments of the right shape, on objects that exist: answers of the declared type or an
// error of the API, never a failure of the simulator itself.
import { describe, expect, it } from 'vitest';
import { fits } from '../support/fits.js';
import {
  clientOf,
  vbdRecord,
  vdiRecord,
  vifRecord,
  vmRecord,
  type Client,
} from '../support/pool-under-test.js';

type MessageFact =
  NonNullable<ReturnType<Client['pool']['db']['model']['classes']['get']>>['messages'] extends ReadonlyMap<
    string,
    infer Fact
  >
    ? Fact
    : never;
type XenType = MessageFact['result'];

/** Ends the pool, the session or the master's work: whatever came after would not be told about. */
const LEFT_OUT = new Set([
  'session.change_password',
  'session.logout',
  'session.local_logout',
  'session.logout_subject_identifier',
  'host.restart_agent',
  'host.shutdown_agent',
  'host.reboot',
  'host.shutdown',
  'host.destroy',
  'host.declare_dead',
  'pool.eject',
  'pool.emergency_transition_to_master',
  'pool.emergency_reset_master',
  'pool.designate_new_master',
  'pool.disable_external_auth',
]);
/** Ways of choosing arguments: the first or the last object, false or true, small or odd numbers. */
const WAYS = ['first', 'last'] as const;
type Way = (typeof WAYS)[number];

async function furnish(client: Client): Promise<void> {
  const [sr] = await client.call<string[]>('SR.get_all');
  for (const state of ['Halted', 'Running']) {
    const vm = await client.call('VM.create', vmRecord({ name_label: state }));
    const vdi = await client.call('VDI.create', vdiRecord(sr ?? ''));
    const network = await client.call('network.create', { other_config: {} });
    await client.call('VBD.create', vbdRecord(vm, vdi));
    await client.call('VIF.create', vifRecord(vm, network));
    if (state === 'Running') await client.call('VM.start', vm, false, false);
  }
  await client.call('VM_appliance.create', {});
  await client.call('secret.create', { value: 'x' });
  await client.call('task.create', 't', '');
  await client.call('blob.create', 'text/plain');
  await client.call('PVS_site.introduce', 's', '', 'u');
  await client.call('GPU_group.create', 'g', '', {});
  await client.call('USB_group.create', 'g', '', {});
  await client.call('Observer.create', {});
  await client.call('Rate_limit.create', {});
  await client.call('Caller.create', {});
  await client.call('VM_group.create', {});
  await client.call('subject.create', { subject_identifier: 'S-1', other_config: {} });
}

function argument(client: Client, type: XenType, way: Way): unknown {
  const last = way === 'last';
  switch (type.kind) {
    case 'int':
      return last ? 3 : 0;
    case 'float':
      return last ? 2.5 : 0.5;
    case 'bool':
      return last;
    case 'datetime':
      return '20260101T00:00:00Z';
    case 'ref':
      return client.pool.db.rows(type.cls).at(last ? -1 : 0)?.ref ?? 'OpaqueRef:NULL';
    case 'set':
      return last ? [argument(client, type.of, way)] : [];
    case 'map':
      return last ? { [String(argument(client, type.key, way))]: argument(client, type.value, way) } : {};
    case 'enum':
      return client.pool.db.model.enums[type.name]?.at(last ? -1 : 0) ?? '';
    case 'record':
      return recordOf(client, type.cls, way);
    default:
      return last ? 'text' : '';
  }
}

function recordOf(client: Client, cls: string, way: Way): Record<string, unknown> {
  const fields = client.pool.db.model.classes.get(cls)?.fields.values() ?? [];
  const given = [...fields].filter((field) => field.qualifier !== 'R');
  return Object.fromEntries(given.map((field) => [field.name, argument(client, field.type, way)]));
}

/** Void is an empty text. */
function isAnswer(client: Client, { result }: MessageFact, value: unknown): boolean {
  return result.kind === 'void' ? value === '' : fits(client.pool.db.model, result, value);
}

describe('S18 every message', () => {
  it.each(['xcp-1.6', 'xcp-ng-8.3', 'newest'] as const)(
    'answers or refuses, as %s',
    { timeout: 60_000 },
    async (personality) => {
      for (const way of WAYS) {
        const pool = await clientOf({ personality, hostCount: 1 });
        if (personality === 'newest') await furnish(pool);
        const wrong: string[] = [];
        let answered = 0;
        for (const cls of pool.pool.db.model.classes.values())
          for (const message of cls.messages.values()) {
            const name = `${cls.name}.${message.name}`;
            if (LEFT_OUT.has(name) || message.removed || cls.name === 'event') continue;
            const params = message.params.map((param) => argument(pool, param.type, way));
            await pool.call<unknown>(name, ...params).then(
              (value) => {
                answered += 1;
                if (!isAnswer(pool, message, value)) wrong.push(`${name} = ${JSON.stringify(value)}`);
              },
              (error: unknown) => {
                if (!/^[A-Z][A-Z0-9_]+$/.test((error as { code?: string }).code ?? ''))
                  wrong.push(`${name}: ${String(error)}`);
              },
            );
            for (const crash of pool.pool.crashes.splice(0)) wrong.push(`${name} crashed: ${String(crash)}`);
          }
        expect(wrong).toEqual([]);
        // Most of an empty pool has no object to ask about, of a furnished one most has.
        expect(answered).toBeGreaterThan(personality === 'newest' ? 1000 : 300);
        pool.close();
      }
    },
  );
});
