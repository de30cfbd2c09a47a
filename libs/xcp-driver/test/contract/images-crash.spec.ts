/** An import that ends at any of its calls, before or after the pool did it, and the sweep of whoever comes next. */
import { describe, expect, it } from 'vitest';
import type { ImageImport } from '@openvsys/vsys';
import { HttpTransport } from '../../src/transport/http-transport.js';
import { TransportError, type Transport } from '../../src/transport/transport.js';
import { XcpHypervisor } from '../../src/xcp-hypervisor.js';
import { NO_LIMIT, openPool, ourTasks, type PoolUnderTest } from './pool-under-test.js';

/** From the chosen call on nothing goes out any more, as when the process is killed. */
class Killable {
  isDead = false;
  constructor(
    private readonly method: string,
    private readonly when: 'before' | 'after',
  ) {}

  readonly transportFor = (url: string): Transport => {
    const inner = new HttpTransport(url, {});
    const dead = (): TransportError => new TransportError('lost', 'killed');
    return {
      url,
      handlers: inner.handlers,
      close: async () => inner.close(),
      call: async (method, params, options) => {
        const isIt = method === this.method || method === `Async.${this.method}`;
        if (isIt && this.when === 'before') this.isDead = true;
        if (this.isDead) throw dead();
        const answer = await inner.call(method, params, options);
        if (isIt) this.isDead = true;
        if (this.isDead) throw dead();
        return answer;
      },
    };
  };
}

const MIB = 2 ** 20;
const content = Buffer.alloc(4 * MIB, 'image');

const count = ({ server }: PoolUnderTest): Record<string, number> =>
  Object.fromEntries(['VM', 'VDI', 'VBD'].map((cls) => [cls, server.pool.db.rows(cls).length]));

describe('an import that is killed', () => {
  it.each(
    [
      'task.create',
      'VDI.create',
      'VM.create',
      'VBD.create',
      'VM.set_name_label',
      'VM.set_is_a_template',
      'VDI.remove_from_other_config',
      'VM.set_other_config',
    ].flatMap((method) => [[method, 'before'] as const, [method, 'after'] as const]),
  )('at %s, %s the pool did it, leaves nothing or the whole image', async (method, when) => {
    const bench = await openPool();
    try {
      const before = count(bench);
      const kill = new Killable(method, when);
      const victim = new XcpHypervisor({
        urls: bench.server.hosts.map(({ url }) => url),
        username: 'root',
        password: 'secret',
        originator: 'victim',
        transportFor: kill.transportFor,
      });
      await victim.open(NO_LIMIT);
      const request: ImageImport = {
        importId: 'killed',
        name: 'tiny',
        sr: victim.capacity().srs[0]!.uuid,
        format: 'raw',
        source: {
          bytes: content.length,
          async *open() {
            yield content;
          },
        },
        signal: AbortSignal.timeout(3_000),
      };
      await expect(victim.images.importImage(request)).rejects.toMatchObject({ name: 'DomainError' });
      expect(kill.isDead).toBe(true);
      await victim.close();
      // The next owner has a cache of its own.
      const next = bench.hypervisor;
      await expect
        .poll(async () => {
          await next.images.sweepImports(new Set(), NO_LIMIT);
          const isWhole = next.images.listImages().some(({ name, ours }) => name === 'tiny' && ours);
          const whole = { VM: before['VM']! + 1, VDI: before['VDI']! + 1, VBD: before['VBD']! + 1 };
          expect(count(bench)).toEqual(isWhole ? whole : before);
          expect(isWhole).toBe(method === 'VM.set_other_config' && when === 'after');
          return ourTasks(bench);
        })
        .toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
