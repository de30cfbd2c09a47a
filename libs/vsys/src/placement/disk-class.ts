/**
 * Disk classes: what a tenant asks for instead of a storage (`standard`, `fast` …). The provider says of a storage which class
 * it is (XenAPI `SR.other_config:openvsys-disk-class`); one that carries none is `standard`, and may be asked for by its type.
 */
import type { SrCapacity } from '../ports/hypervisor.port.js';

/** Of disks that ask for none. It is sold as `storage.standard`. */
export const STANDARD_DISK_CLASS = 'standard';

export const diskClassOf = ({ diskClass }: { readonly diskClass?: string }): string =>
  diskClass ?? STANDARD_DISK_CLASS;

/** A storage that was given a class is of that one only: nobody gets the dear one by chance. */
export const isOfClass = (sr: Pick<SrCapacity, 'diskClass' | 'type'>, wanted: string): boolean =>
  sr.diskClass === undefined ? wanted === STANDARD_DISK_CLASS || wanted === sr.type : wanted === sr.diskClass;
