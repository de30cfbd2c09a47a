/**
 * How far a server can grow, and shrink again, while it runs. The pool decides it when the server boots (XenAPI `VM.VCPUs_max`,
 * `VM.memory_static_max`), so another headroom needs a restart, and another size within it does not.
 */

export interface Headroom {
  /** Most vCPUs; at least as many as the server has. */
  readonly vcpus: number;
  /** Most memory; at least what the server has. */
  readonly memoryMiB: number;
}

/** A guest that was booted for much memory keeps books for all of it: with less than a quarter it has hardly any left (Xen’s own bound). */
export const MOST_MEMORY_TIMES = 4;

/** Least memory, MiB, that a server with the headroom can have. */
export const leastMemoryOf = ({ memoryMiB }: Headroom): number => Math.ceil(memoryMiB / MOST_MEMORY_TIMES);

export const isSameHeadroom = (a: Headroom | undefined, b: Headroom | undefined): boolean =>
  a?.vcpus === b?.vcpus && a?.memoryMiB === b?.memoryMiB;

export const headroomText = ({ vcpus, memoryMiB }: Headroom): string => `${vcpus} vCPU, ${memoryMiB} MiB`;

/** MiB that Xen keeps for a MiB that a guest could have: two pages of shadow memory (see `placement/memory.ts`). */
const BOOKS_PER_MIB = 2 / 256;

interface Size {
  readonly vcpus: number;
  readonly memoryMiB: number;
}

/** What a host must have for it: the memory that it has now and the books for all that it could have; processors for all of them. */
export function placedSize({ vcpus, memoryMiB }: Size, headroom: Headroom | undefined): Size {
  if (headroom === undefined) return { vcpus, memoryMiB };
  const books = Math.ceil(Math.max(0, headroom.memoryMiB - memoryMiB) * BOOKS_PER_MIB);
  return { vcpus: Math.max(vcpus, headroom.vcpus), memoryMiB: memoryMiB + books };
}
