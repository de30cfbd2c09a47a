/** Figures of one owned pool. */
import { Gauge, type Registry } from 'prom-client';
import type { Metrics } from '@openvsys/observability';
import type { Finding } from '@openvsys/provisioning';
import type { Fence, PoolHealth, PoolId } from '@openvsys/vsys';

export interface PoolGauges {
  owned(fence: Fence): void;
  lost(): void;
  observed(health: PoolHealth, load: { readonly loops: number; readonly waitingActions: number }): void;
  surveyed(counts: Readonly<Record<Finding['kind'], number>>): void;
}

/** Made once a process: names are unique in a registry. */
export function createPoolGauges(metrics: Metrics): (poolId: PoolId) => PoolGauges {
  const registers = [metrics.registry];
  const connected = gauge('openvsys_pool_connected', '1 while the pool can be talked to', registers);
  const loops = gauge('openvsys_pool_loops', 'VSYS that are being worked on', registers);
  const waiting = gauge(
    'openvsys_pool_waiting_actions',
    'Actions that wait for a slot of the pool',
    registers,
  );
  const found = findingGauges(registers);
  return (pool) => ({
    owned(fence) {
      metrics.leaseHeld.set({ pool }, 1);
      metrics.leaseEpoch.set({ pool }, fence.epoch);
    },
    lost() {
      metrics.leaseHeld.set({ pool }, 0);
      for (const each of [connected, loops, waiting]) each.set({ pool }, 0);
    },
    observed(health, load) {
      connected.set({ pool }, health.connected ? 1 : 0);
      if (health.eventAgeMs !== null) metrics.eventLag.set({ pool }, health.eventAgeMs / 1000);
      loops.set({ pool }, load.loops);
      waiting.set({ pool }, load.waitingActions);
    },
    surveyed(counts) {
      for (const kind of ['orphan', 'twin', 'missing'] as const) found[kind].set({ pool }, counts[kind]);
    },
  });
}

const findingGauges = (registers: Registry[]) => ({
  orphan: gauge('openvsys_pool_orphans', 'Objects with our tags that belong to no living VSYS', registers),
  twin: gauge('openvsys_pool_twins', 'Objects that claim a part another object claims too', registers),
  missing: gauge('openvsys_pool_missing', 'Parts that were built and are not there', registers),
});

function gauge(name: string, help: string, registers: Registry[]): Gauge<'pool'> {
  return new Gauge({ name, help, labelNames: ['pool'] as const, registers });
}
