/** Looks single things up. */
import type { VServerRecord } from '@openvsys/persistence';
import { vserverId } from '@openvsys/vsys';
import type { Representation } from '../model/representation.js';
import { unknown, type CimiContext } from './context.js';
import { idOf } from './paths.js';

/** Appliances of EFMs are no machines of the tenant. */
export const isMachine = ({ kind }: VServerRecord): boolean => kind === 'server';

/** Throws `not-found`, for appliances too. */
export async function getMachine(context: CimiContext, id: string): Promise<VServerRecord> {
  const server = await context.use.parts.getVServer(context.call, vserverId(id));
  if (!isMachine(server)) throw unknown('Machine', id);
  return server;
}

/** Throws `not-found`. */
export function found(entries: readonly Representation[], what: string, id: string): Representation {
  const entry = entries.find((each) => idOf(each.id) === id);
  if (entry === undefined) throw unknown(what, id);
  return entry;
}
