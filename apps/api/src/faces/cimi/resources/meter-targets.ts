/** What can be measured: machines and systems. */
import { vsysId } from '@openvsys/vsys';
import { unknown, type CimiContext } from './context.js';
import { getMachine } from './find.js';
import { MACHINES, SYSTEMS } from './paths.js';

/** Throws `not-found`. */
export async function requireTarget(context: CimiContext, target: string): Promise<void> {
  const [noun, id = '', ...rest] = target.split('/');
  if (rest.length === 0 && noun === MACHINES) await getMachine(context, id);
  else if (rest.length === 0 && noun === SYSTEMS) await context.use.vsys.get(context.call, vsysId(id));
  else throw unknown('target of a Meter', target);
}
