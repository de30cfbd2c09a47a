/**
 * How much host memory a server takes. Memory is never promised twice: XenAPI would refuse the start. CPUs are shared freely; a
 * server only has to have no more of them than its host has (XenAPI `VM.start_on`).
 */

/** Both are 4 KiB: a page of shadow memory and a page of the domain's own bookkeeping. */
const PAGE_KIB = 4;
const PAGES_PER_MIB = 1024 / PAGE_KIB;
/** Fixed part of an HVM domain's overhead. */
const DOMAIN_MIB = 2;
/** Shadow pages per vCPU. */
const SHADOW_PAGES_PER_VCPU = 256;
/** Shadow pages per MiB of guest memory. */
const SHADOW_PAGES_PER_MIB = 2;
/** Hypervisor pages per vCPU. */
const VCPU_PAGES = 38;

/**
 * Guest memory plus what Xen keeps beside it, in MiB, rounded up: XenAPI `VM.memory_overhead` of an HVM domain with shadow
 * multiplier 1. Other kinds of domain need less, so a server that fits by this figure fits as any of them.
 */
export function memoryNeededMiB(memoryMiB: number, vcpus: number): number {
  const shadowPages = SHADOW_PAGES_PER_VCPU * vcpus + SHADOW_PAGES_PER_MIB * memoryMiB;
  const shadow = Math.max(1, Math.ceil(shadowPages / PAGES_PER_MIB));
  const domains = Math.ceil((VCPU_PAGES * vcpus) / PAGES_PER_MIB);
  return memoryMiB + DOMAIN_MIB + shadow + domains;
}
