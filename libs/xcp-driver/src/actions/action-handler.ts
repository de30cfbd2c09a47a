/** What there is to know about one kind of action. */
import type { ActionContext, ActionKind, ActionOfKind } from '@openvsys/vsys';
import type { MethodName } from '../codec/decode.js';
import type { PoolAccess } from './pool-access.js';

export interface ActionHandler<K extends ActionKind> {
  /** XenAPI methods that a lost attempt may still be running in the pool. */
  readonly methods: readonly MethodName[];
  /** The whole effect is there. */
  readonly isDone: (action: ActionOfKind<K>, pool: PoolAccess) => boolean;
  /** Does what is missing; looks before each step, so it may be repeated once `settle` has answered `absent`. */
  readonly perform: (action: ActionOfKind<K>, pool: PoolAccess, context: ActionContext) => Promise<void>;
  /** Removes provable twins that never ran; returns why it could not when a person must look. */
  readonly removeTwins?: (
    action: ActionOfKind<K>,
    pool: PoolAccess,
    context: ActionContext,
  ) => Promise<string | undefined>;
}
