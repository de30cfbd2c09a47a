/** How connections are shown. */
import type { ConnectionView } from '@openvsys/api-client';
import type { Context } from '../../context.js';
import { renderFacts, type Column } from '../../output/render.js';

export const CONNECTION_ARGUMENT = ['<connection>', 'id'] as const;
export const NETWORK_ARGUMENT = 'id, or VSYS/NETWORK like shop/app';

type End = ConnectionView['from'];

const nameOf = (end: End): string => (end.name === null ? end.vsysId : `${end.vnetId} (${end.name})`);
const progressOf = (end: End): string =>
  end.isReached ? 'its firewall knows' : end.isAttached ? 'under way' : 'not attached';

export const COLUMNS: readonly Column<ConnectionView>[] = [
  { title: 'id', value: ({ id }) => id },
  { title: 'state', value: ({ state }) => state, style: 'state' },
  { title: 'from', value: ({ from }) => nameOf(from) },
  { title: 'to', value: ({ to }) => (to === null ? null : nameOf(to)) },
];

export async function showConnection({ output }: Context, connection: ConnectionView): Promise<void> {
  await output.result(connection, () => renderFacts(factsOf(connection), output.colors));
}

function factsOf({ id, state, from, to }: ConnectionView) {
  return {
    id,
    state,
    from: `${nameOf(from)} ${from.cidr}: ${progressOf(from)}`,
    to: to === null ? 'nobody yet' : `${nameOf(to)} ${to.cidr}: ${progressOf(to)}`,
  };
}
