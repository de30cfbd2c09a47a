/** From a VolumeTemplate to a size. */
import type { Input } from '../read/input.js';
import { unknown, type CimiContext } from './context.js';
import { isInput } from './credentials.js';
import { STORED_FACES } from './templates.js';
import { idOf } from './paths.js';
import { missing, notServed, wrong } from './wish-errors.js';

/** Kilobytes. Throws `invalid-request`, `not-found`. */
export async function capacityOf(context: CimiContext, template: Input): Promise<number> {
  const { volumeConfig } = template;
  if (!isInput(volumeConfig)) throw missing('volumeTemplate/volumeConfig');
  const { capacity, format } = { ...(await configOf(context, volumeConfig)), ...withoutHref(volumeConfig) };
  if (typeof format === 'string' && format !== 'raw') throw notServed('Volumes are not formatted here.');
  if (typeof capacity === 'number' && capacity > 0) return capacity;
  throw wrong('volumeTemplate/volumeConfig/capacity', 'a number of kilobytes');
}

async function configOf(context: CimiContext, { href }: Input): Promise<Input> {
  if (typeof href !== 'string') return {};
  const face = STORED_FACES['volume_configurations'];
  if (face === undefined || !href.startsWith('volume_configurations/'))
    throw unknown('VolumeConfiguration', href);
  return (await face(context).get(idOf(href))).attributes;
}

function withoutHref(config: Input): Input {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== 'href'));
}
