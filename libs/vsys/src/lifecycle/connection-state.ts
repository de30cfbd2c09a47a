/**
 * How far a connection of two systems is: followed from what was agreed and from what both systems reached, never stored.
 *
 *   proposed ─accept─► accepted ─both firewalls were told─► established ─delete, or a system goes─► deleted
 *                          ▲                                    │
 *                          └────── one of them is detached ─────┘
 */
export const CONNECTION_STATES = ['proposed', 'accepted', 'established', 'deleted'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

export interface ConnectionFacts {
  readonly acceptedAt: Date | null;
  readonly releasedAt: Date | null;
  /** Of each end: is it in the spec that its system reached. */
  readonly ends: readonly { readonly isReached: boolean }[];
}

export function connectionStateOf({ acceptedAt, releasedAt, ends }: ConnectionFacts): ConnectionState {
  if (releasedAt !== null) return 'deleted';
  if (acceptedAt === null) return 'proposed';
  return ends.length === 2 && ends.every(({ isReached }) => isReached) ? 'established' : 'accepted';
}
