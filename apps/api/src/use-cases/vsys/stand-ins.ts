/** Allocation for plans: numbers and addresses that stand for those that admission would draw. */
import {
  allocate,
  diskClassOf,
  needs,
  srUuid,
  type Allocation,
  type AllocationContext,
  type Reserved,
  type UplinkSupply,
  type VsysDesign,
} from '@openvsys/vsys';

/** An uuid that no storage has. */
const NO_STORAGE = srUuid('00000000-0000-0000-0000-000000000000');

const count = <T>(n: number, make: (index: number) => T): T[] =>
  Array.from({ length: n }, (_, index) => make(index));
const hex = (n: number): string => (Math.floor(n) % 256).toString(16).padStart(2, '0');

export function allocateWithStandIns(
  design: VsysDesign,
  context: Omit<AllocationContext, 'reserved'>,
  applianceNet: Pick<UplinkSupply, 'cidr' | 'gateway'>,
  { ranges, allocated }: Pick<Reserved, 'ranges' | 'allocated'>,
): Allocation {
  const wanted = needs(design, context.previous?.spec);
  const reserved: Reserved = {
    ...(ranges === undefined ? {} : { ranges }),
    ...(allocated === undefined ? {} : { allocated }),
    vlans: count(wanted.vlans, (index) => index + 1),
    macs: count(wanted.macs, (index) => `02:00:00:${hex(index / 65_536)}:${hex(index / 256)}:${hex(index)}`),
    // RFC 5737 keeps 192.0.2.0/24 for documentation: nobody is reached there. A VSYS has at most 64 public addresses.
    publicAddresses: count(wanted.publicAddresses, (index) => `192.0.2.${index + 1}`),
    uplink: {
      ...applianceNet,
      applianceAddresses: count(wanted.applianceAddresses, (index) => `192.0.2.${index + 101}`),
    },
    sr: NO_STORAGE,
    srs: new Map(design.disks.map((disk) => [diskClassOf(disk), NO_STORAGE])),
  };
  return allocate(design, { ...context, reserved });
}
