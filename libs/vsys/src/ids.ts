/**
 * Ids. One thing has one id, the same in the API, the database, the logs and the pool's tags (ADR 0002).
 *
 *   contract   ACME0001                      8 characters A-Z 0-9, one per organization
 *   VSYS       ACME0001-7K2M9QXPA            contract + 9 characters
 *   VServer    ACME0001-7K2M9QXPA-S-0001     EFM appliances are servers too and are numbered first, as Fujitsu does
 *   VDisk      ACME0001-7K2M9QXPA-D-0001
 *   VNet       ACME0001-7K2M9QXPA-N-DMZ      the VNet's name in upper case
 *   NIC        ACME0001-7K2M9QXPA-S-0001-E-0 the server's id + its device number
 *   PublicIP   ACME0001-7K2M9QXPA-P-0001
 *   Snapshot   ACME0001-7K2M9QXPA-X-0001
 *   Backup     ACME0001-7K2M9QXPA-B-0001     may outlive its VSYS
 *
 * Everything that is not part of a system (operation, action, event, token …) has a UUIDv7.
 * Numbers are never used again within a VSYS, so an old id cannot come to mean another thing.
 */
import { DomainError } from './errors.js';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type OrganizationId = Branded<'Organization'>;
export type ContractId = Branded<'Contract'>;
export type VdcId = Branded<'Vdc'>;
export type PoolId = Branded<'Pool'>;
export type OperationId = Branded<'Operation'>;
export type ActionId = Branded<'Action'>;
export type VsysId = Branded<'Vsys'>;
export type VServerId = Branded<'VServer'>;
export type VDiskId = Branded<'VDisk'>;
export type VNetId = Branded<'VNet'>;
export type NicId = Branded<'Nic'>;
export type PublicIpId = Branded<'PublicIp'>;
export type SnapshotId = Branded<'Snapshot'>;
export type BackupId = Branded<'Backup'>;
/** Uuid of a host or storage repository of a pool (XenAPI `host.uuid`, `SR.uuid`). */
export type HostUuid = Branded<'Host'>;
export type SrUuid = Branded<'Sr'>;

/** Any part of a VSYS that an action can be about. */
export type PartId = VServerId | VDiskId | VNetId | NicId | PublicIpId | SnapshotId | BackupId;

const CONTRACT = '[A-Z0-9]{8}';
const VSYS = `${CONTRACT}-[A-Z0-9]{9}`;
const PATTERNS = {
  Contract: new RegExp(`^${CONTRACT}$`),
  Vsys: new RegExp(`^${VSYS}$`),
  VServer: new RegExp(`^${VSYS}-S-[0-9]{4}$`),
  VDisk: new RegExp(`^${VSYS}-D-[0-9]{4}$`),
  VNet: new RegExp(`^${VSYS}-N-[A-Z0-9-]{1,24}$`),
  Nic: new RegExp(`^${VSYS}-S-[0-9]{4}-E-[0-9]{1,2}$`),
  PublicIp: new RegExp(`^${VSYS}-P-[0-9]{4}$`),
  Snapshot: new RegExp(`^${VSYS}-X-[0-9]{4}$`),
  Backup: new RegExp(`^${VSYS}-B-[0-9]{4}$`),
  Uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
} as const;

function checked<T extends string>(what: keyof typeof PATTERNS, text: string): T {
  if (PATTERNS[what].test(text)) return text as T;
  throw new DomainError('not-found', `No ${what} has the id “${text.slice(0, 64)}”.`, {
    remedy: 'Take ids from a list or from the answer that created the thing.',
  });
}

/** Each of these throws `not-found` for a text that cannot be such an id, exactly as for an id that does not exist. */
export const contractId = (text: string): ContractId => checked('Contract', text);
export const vsysId = (text: string): VsysId => checked('Vsys', text);
export const vserverId = (text: string): VServerId => checked('VServer', text);
export const vdiskId = (text: string): VDiskId => checked('VDisk', text);
export const vnetId = (text: string): VNetId => checked('VNet', text);
export const nicId = (text: string): NicId => checked('Nic', text);
export const publicIpId = (text: string): PublicIpId => checked('PublicIp', text);
export const snapshotId = (text: string): SnapshotId => checked('Snapshot', text);
export const backupId = (text: string): BackupId => checked('Backup', text);
export const organizationId = (text: string): OrganizationId => checked('Uuid', text);
export const vdcId = (text: string): VdcId => checked('Uuid', text);
export const poolId = (text: string): PoolId => checked('Uuid', text);
export const operationId = (text: string): OperationId => checked('Uuid', text);
export const actionId = (text: string): ActionId => checked('Uuid', text);
export const hostUuid = (text: string): HostUuid => checked('Uuid', text);
export const srUuid = (text: string): SrUuid => checked('Uuid', text);

const numbered = (n: number): string => String(n).padStart(4, '0');

export const vsysIdOf = (contract: ContractId, system: string): VsysId => vsysId(`${contract}-${system}`);
export const vserverIdOf = (vsys: VsysId, n: number): VServerId => vserverId(`${vsys}-S-${numbered(n)}`);
export const vdiskIdOf = (vsys: VsysId, n: number): VDiskId => vdiskId(`${vsys}-D-${numbered(n)}`);
export const vnetIdOf = (vsys: VsysId, name: string): VNetId => vnetId(`${vsys}-N-${name.toUpperCase()}`);
export const nicIdOf = (server: VServerId, device: number): NicId => nicId(`${server}-E-${device}`);
export const publicIpIdOf = (vsys: VsysId, n: number): PublicIpId => publicIpId(`${vsys}-P-${numbered(n)}`);

export const snapshotIdOf = (vsys: VsysId, n: number): SnapshotId => snapshotId(`${vsys}-X-${numbered(n)}`);

export const backupIdOf = (vsys: VsysId, n: number): BackupId => backupId(`${vsys}-B-${numbered(n)}`);

/** The VSYS that a part belongs to: its first two dash-separated words. */
export const vsysOfPart = (part: PartId): VsysId => vsysId(part.split('-').slice(0, 2).join('-'));
/** The tenant that a VSYS belongs to: its first word. */
export const contractOf = (vsys: VsysId): ContractId => contractId(vsys.split('-')[0] ?? '');
/** The server that a NIC belongs to. */
export const vserverOfNic = (nic: NicId): VServerId => vserverId(nic.slice(0, nic.lastIndexOf('-E-')));
