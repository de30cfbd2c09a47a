/** Which table holds a part: readable from its id. */
import type { PartId } from '@openvsys/vsys';

export const PART_TABLES = ['vserver', 'vdisk', 'vnet', 'nic', 'public_ip', 'snapshot', 'backup'] as const;
export type PartTable = (typeof PART_TABLES)[number];

const TABLE_OF_LETTER: Readonly<Record<string, PartTable>> = {
  S: 'vserver',
  D: 'vdisk',
  N: 'vnet',
  P: 'public_ip',
  X: 'snapshot',
  B: 'backup',
};

/** `CONTRACT-SYSTEM-S-0001-E-0` is a NIC; otherwise the third word says what it is. */
export function partTableOf(part: PartId): PartTable {
  const words = part.split('-');
  if (words[2] === 'S' && words[4] === 'E') return 'nic';
  const table = TABLE_OF_LETTER[words[2] ?? ''];
  if (table === undefined) throw new Error(`“${part}” is not the id of a part.`);
  return table;
}
