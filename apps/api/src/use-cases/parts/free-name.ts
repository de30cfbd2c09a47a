/** Names of parts for names that people gave: what a descriptor may have, and nothing else has yet. */
import type { PresentParts } from './edit-parts.js';

/** Of the schema's part names. */
const MAX_LENGTH = 20;

/** Lower case, digits and dashes, beginning with a letter: the nearest name that a part may have. */
export function partNameOf(wanted: string, otherwise: string): string {
  const slug = wanted
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, MAX_LENGTH)
    .replace(/-+$/, '');
  return slug === '' ? otherwise : slug;
}

/** The name itself, or with the smallest number from 2 on that makes it a free one. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const ending = `-${number}`;
    const next = name.slice(0, MAX_LENGTH - ending.length).replace(/-+$/, '') + ending;
    if (!taken.has(next)) return next;
  }
}

/** Everything of a system that has a name. */
export function takenNames({ descriptor, spec }: PresentParts): ReadonlySet<string> {
  return new Set([
    ...Object.keys(descriptor.vservers),
    ...Object.keys(descriptor.efms ?? {}),
    ...Object.keys(descriptor.vdisks ?? {}),
    ...Object.keys(descriptor.vnets),
    ...Object.keys(descriptor.publicIps ?? {}),
    ...[...spec.servers, ...spec.disks, ...spec.nets, ...spec.publicIps].map((part) => part.name),
  ]);
}
