/** From a machineImage to the name of the image that a server is made of. */
import type { Input } from '../read/input.js';
import { unknown, type CimiContext } from './context.js';
import { idOf, MACHINE_IMAGES } from './paths.js';
import { missing, notServed } from './wish-errors.js';

const SNAPSHOT_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-X-\d{4}$/;

/** Throws `invalid-request`, `not-found`, `not-implemented` for snapshots. */
export async function imageOf(context: CimiContext, { href }: Input): Promise<string> {
  if (typeof href !== 'string') throw missing('machineTemplate/machineImage/href');
  const name = decodeURIComponent(idOf(href));
  if (!href.startsWith(`${MACHINE_IMAGES}/`)) throw unknown('MachineImage', href);
  if (SNAPSHOT_ID.test(name))
    throw notServed('A machine goes back to a snapshot by restore; new ones are made of captured images.');
  return (await context.use.images.get(context.call, name)).reference;
}
