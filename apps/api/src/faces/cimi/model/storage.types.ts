/** Volumes and what they are made from. */
import { ALWAYS, attribute, collection, GIVEN, OWN, reference, type Attribute } from './attribute.js';
import { WATCHED, WATCHING } from './machine.types.js';

export const VOLUME: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('type', 'term', { ...GIVEN, ...ALWAYS }),
  /** Kilobytes of 1000. */
  attribute('capacity', 'integer', { ...OWN, ...ALWAYS }),
  attribute('bootable', 'boolean', ALWAYS),
  attribute('images', collection('VolumeVolumeImage')),
  ...WATCHED,
];
export const VOLUME_CONFIGURATION: readonly Attribute[] = [
  attribute('type', 'term', OWN),
  attribute('format', 'text', OWN),
  attribute('capacity', 'integer', { ...OWN, ...ALWAYS }),
];
export const VOLUME_TEMPLATE: readonly Attribute[] = [
  attribute('volumeConfig', reference('VolumeConfiguration'), OWN),
  attribute('volumeImage', reference('VolumeImage'), OWN),
  ...WATCHING,
];
export const VOLUME_IMAGE: readonly Attribute[] = [
  attribute('state', 'text', ALWAYS),
  attribute('imageLocation', 'uri', GIVEN),
  attribute('bootable', 'boolean'),
];
