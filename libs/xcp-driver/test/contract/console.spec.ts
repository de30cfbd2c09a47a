import { afterEach, describe, expect, it } from 'vitest';
import type { ConsoleStream, VServerId } from '@openvsys/vsys';
import { findVm } from '../../src/actions/find-parts.js';
import { NO_LIMIT, openPool, type PoolUnderTest } from './pool-under-test.js';
import { sampleSpec } from './sample-spec.js';
import { converge } from './sim-harness.js';

/** The first bytes of the server, RFB 3.8: `RFB 003.008\n`. */
async function greetingOf(stream: ConsoleStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.incoming) {
    text += Buffer.from(chunk).toString('latin1');
    if (text.length >= 12) break;
  }
  return text.slice(0, 12);
}

describe('the screen of a server (D58)', () => {
  let bench: PoolUnderTest;
  afterEach(async () => bench.close());

  async function started(): Promise<{ server: VServerId; vm: string }> {
    bench = await openPool();
    const spec = sampleSpec(bench.hypervisor.capacity().srs[0]!.uuid);
    await converge(bench.hypervisor, spec);
    const server = spec.servers[0]!.id;
    return { server, vm: findVm(bench.pool.cache, server)!.ref };
  }

  it('greets as RFB, wherever the server runs, and ends as closed', async () => {
    const { server } = await started();
    const stream = await bench.hypervisor.consoles.openConsole(server, NO_LIMIT);
    expect(await greetingOf(stream)).toBe('RFB 003.008\n');
    stream.close();
    expect(await stream.ended).toBe('closed');
  });

  it('takes what is sent', async () => {
    const { server } = await started();
    const stream = await bench.hypervisor.consoles.openConsole(server, NO_LIMIT);
    const reader = stream.incoming[Symbol.asyncIterator]();
    const first = await reader.next();
    expect(Buffer.from(first.value as Uint8Array).toString('latin1')).toBe('RFB 003.008\n');
    await stream.send(Buffer.from('RFB 003.008\n', 'latin1'));
    const security = await reader.next();
    expect((security.value as Uint8Array)[0]).toBeGreaterThan(0);
    stream.close();
  });

  it('says that the server stopped, and is refused while it is', async () => {
    const { server, vm } = await started();
    const stream = await bench.hypervisor.consoles.openConsole(server, NO_LIMIT);
    expect(await greetingOf(stream)).toBe('RFB 003.008\n');
    await bench.call('VM.hard_shutdown', vm);
    expect(await stream.ended).toBe('stopped');
    await expect(bench.hypervisor.consoles.openConsole(server, NO_LIMIT)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('says that the server moved, and is found again where it is now', async () => {
    const { server, vm } = await started();
    const stream = await bench.hypervisor.consoles.openConsole(server, NO_LIMIT);
    expect(await greetingOf(stream)).toBe('RFB 003.008\n');
    const here = await bench.call<string>('VM.get_resident_on', vm);
    const there = [...bench.pool.cache.all('host')].map(([ref]) => ref).find((ref) => ref !== here);
    await bench.call('VM.pool_migrate', vm, there, { live: 'true' });
    expect(await stream.ended).toBe('moved');
    const again = await bench.hypervisor.consoles.openConsole(server, NO_LIMIT);
    expect(await greetingOf(again)).toBe('RFB 003.008\n');
    again.close();
  });
});
