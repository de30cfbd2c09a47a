/** Readiness of roles and single servers: one thing tells it, or a pause is named. */
import type { Violation } from '../../errors.js';
import { pointerOf } from '../pointer.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

type Readiness = NonNullable<Descriptor['vservers'][string]['ready']>;
const GATES = ['guestAgent', 'tcp', 'http'] as const;

export function checkReadiness({ vservers }: Descriptor): Violation[] {
  return Object.entries(vservers).flatMap(([role, { ready, servers = {} }]) => [
    ...check(pointerOf('vservers', role, 'ready'), ready),
    ...Object.entries(servers).flatMap(([name, own]) =>
      check(pointerOf('vservers', role, 'servers', name, 'ready'), own.ready),
    ),
  ]);
}

function check(pointer: string, ready: Readiness | undefined): Violation[] {
  if (ready === undefined) return [];
  const gates = GATES.filter((gate) => ready[gate] !== undefined);
  if (gates.length > 1) {
    const message = `${gates.join(' and ')} exclude each other.`;
    return [{ pointer, message, remedy: 'Keep the one that says most about the server.' }];
  }
  if (gates.length === 1 || ready.delay !== undefined) return [];
  const message = 'It does not say what to wait for.';
  return [{ pointer, message, remedy: 'Add guestAgent, tcp, http or delay.' }];
}
