/** Tells workers that a VSYS may differ from its spec. Only speeds things up: workers find it without, too. */
import type { PoolId, VsysId } from '@openvsys/vsys';

export abstract class WakeUp {
  /** Never rejects. */
  abstract wake(pool: PoolId, vsys: VsysId): Promise<void>;
}
