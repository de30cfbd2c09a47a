/**
 * How images are known in a pool (XenAPI other_config):
 *
 *   openvsys-image         its name, on the template        openvsys-image-self    the template's own uuid: copies inherit
 *   openvsys-image-sha256  digest of its source             openvsys-import        the import that made it, while it runs
 *
 * What is being made has the name `openvsys-import:<id>` until it is whole, so that nobody takes it for an image, and so
 * has the task of its transfer.
 */
import type { Cached } from '../cache/cached-classes.js';

export const IMAGE_TAG = {
  image: 'openvsys-image',
  self: 'openvsys-image-self',
  sha256: 'openvsys-image-sha256',
  import: 'openvsys-import',
} as const;

const UNDER_WAY = 'openvsys-import:';

export const workNameOf = (importId: string): string => `${UNDER_WAY}${importId}`;

/** The import that a name belongs to. */
export const importOfName = (name: string): string | undefined =>
  name.startsWith(UNDER_WAY) ? name.slice(UNDER_WAY.length) : undefined;

/** The import that an object belongs to as long as it is not whole. */
export const importOf = (record: {
  readonly name_label: string;
  readonly other_config: Readonly<Record<string, string>>;
}): string | undefined => record.other_config[IMAGE_TAG.import] ?? importOfName(record.name_label);

/** A template that we brought, not a copy that somebody made of one. */
export const isOurImage = (vm: Pick<Cached<'VM'>, 'name_label' | 'uuid' | 'other_config'>): boolean =>
  vm.other_config[IMAGE_TAG.image] === vm.name_label && vm.other_config[IMAGE_TAG.self] === vm.uuid;
