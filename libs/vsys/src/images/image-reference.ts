/**
 * How images are called. Tenants write a name, with a version when they mean one; pools know templates, whose names must
 * be unique in a pool.
 *
 *   descriptor  `web-base`  or  `web-base:2`        pool  `DEMO0001_web-base_2`   (public, version 1: just its name)
 *
 * Names have no `_` and no `:`, so no two images ever share a template.
 */
import { DomainError } from '../errors.js';
import type { ContractId } from '../ids.js';

/** Words of small letters and digits, joined by dots or hyphens. */
export const IMAGE_NAME_PATTERN = '^[a-z0-9]+(?:[.-][a-z0-9]+)*$';
const NAME = new RegExp(IMAGE_NAME_PATTERN);
export const MAX_IMAGE_NAME = 63;
/** Far beyond a new version every day of a century. */
const MAX_VERSION = 99_999;

export interface ImageReference {
  readonly name: string;
  /** Undefined: the newest that is offered. */
  readonly version: number | undefined;
}

/** Throws `invalid-request` with the pointer. */
export function requireImageName(name: string, pointer = '/name'): string {
  if (name.length <= MAX_IMAGE_NAME && NAME.test(name)) return name;
  throw new DomainError('invalid-request', 'The name of the image cannot be used.', {
    pointer,
    remedy: `Use small letters and digits, joined by dots or hyphens, at most ${MAX_IMAGE_NAME}.`,
  });
}

/** `name` or `name:version`; undefined for anything else. */
export function parseImageReference(text: string): ImageReference | undefined {
  const [name = '', version, ...more] = text.split(':');
  if (more.length > 0 || name === '') return undefined;
  if (version === undefined) return { name, version: undefined };
  const number = Number(version);
  if (!/^[1-9]\d{0,4}$/.test(version) || number > MAX_VERSION) return undefined;
  return { name, version: number };
}

export const imageReference = (name: string, version: number): string => `${name}:${version}`;

/** `contract`: of the organization whose image it is; null for the provider's. */
export function templateNameOf(contract: ContractId | null, name: string, version: number): string {
  if (contract !== null) return `${contract}_${name}_${version}`;
  return version === 1 ? name : `${name}_${version}`;
}
