/** Tells workers that a VSYS may differ from its spec. Only speeds things up: workers find it without, too. */
import type { PoolId, VsysId } from '@openvsys/vsys';

export abstract class WakeUp {
  /** Returns at once and never throws: a caller does not wait for a queue server that is away. */
  abstract wake(pool: PoolId, vsys: VsysId): void;
}
