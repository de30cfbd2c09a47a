import { Initial1795392000000 } from './1795392000000-initial.js';
import { HeldSizes1795395600000 } from './1795395600000-held-sizes.js';
import { PoolCare1795460100000 } from './1795460100000-pool-care.js';
import { PriceLists1795470000000 } from './1795470000000-price-lists.js';
import { ApplianceUplinks1795475000000 } from './1795475000000-appliance-uplinks.js';
import { EfmAgents1795480000000 } from './1795480000000-efm-agents.js';
import { Metrics1795490000000 } from './1795490000000-metrics.js';
import { LostContents1795495000000 } from './1795495000000-lost-contents.js';
import { Statements1795500000000 } from './1795500000000-statements.js';
import { QuotaLevels1795512300000 } from './1795512300000-quota-levels.js';
import { AuditChain1795520000000 } from './1795520000000-audit-chain.js';
import { Users1795521000000 } from './1795521000000-users.js';
import { DiskClasses1795522500000 } from './1795522500000-disk-classes.js';
import { VsysSettings1795530000000 } from './1795530000000-vsys-settings.js';
import { Snapshots1795532000000 } from './1795532000000-snapshots.js';
import { EfmCaptures1795535000000 } from './1795535000000-efm-captures.js';
import { Budgets1795541000000 } from './1795541000000-budgets.js';
import { TenantStates1795543000000 } from './1795543000000-tenant-states.js';
import { EfmTokenRenewal1795545000000 } from './1795545000000-efm-token-renewal.js';
import { Backups1795610000000 } from './1795610000000-backups.js';
import { BackupKeys1795610100000 } from './1795610100000-backup-keys.js';
import { UsageByVdc1795610200000 } from './1795610200000-usage-by-vdc.js';
import { Images1795620000000 } from './1795620000000-images.js';
import { EventFeed1795640000000 } from './1795640000000-event-feed.js';
import { Notices1795640100000 } from './1795640100000-notices.js';
import { AuditByRequest1795640200000 } from './1795640200000-audit-by-request.js';
import { Faces1795650000000 } from './1795650000000-faces.js';
import { NetworkKinds1795630000000 } from './1795630000000-network-kinds.js';
import { Templates1795660000000 } from './1795660000000-templates.js';
import { AddressManagement1795630100000 } from './1795630100000-address-management.js';
import { DataKeys1795680100000 } from './1795680100000-data-keys.js';
import { EfmUpdates1795690000000 } from './1795690000000-efm-updates.js';
import { PartDiskClasses1795690100000 } from './1795690100000-part-disk-classes.js';
import { BillNews1795690200000 } from './1795690200000-bill-news.js';
import { ImageLicences1795690300000 } from './1795690300000-image-licences.js';
import { UserSubject1795680000000 } from './1795680000000-user-subject.js';
import { AllocatedAddresses1795630200000 } from './1795630200000-allocated-addresses.js';
import { InitialPasswords1795600000000 } from './1795600000000-initial-passwords.js';
import { Consoles1795600100000 } from './1795600100000-consoles.js';
import { DescriptorLibrary1795700000000 } from './1795700000000-descriptor-library.js';
import { ImageCopyKeys1795710000000 } from './1795710000000-image-copy-keys.js';
import { EfmCountersSince1795711000000 } from './1795711000000-efm-counters-since.js';
import { ServerWishes1795720000000 } from './1795720000000-server-wishes.js';
import { Connections1795731000000 } from './1795731000000-connections.js';
import { EfmProbes1795741000000 } from './1795741000000-efm-probes.js';
import { Ipv61795751000000 } from './1795751000000-ipv6.js';

/** In order of their timestamps. */
export const MIGRATIONS = [
  Initial1795392000000,
  HeldSizes1795395600000,
  PoolCare1795460100000,
  PriceLists1795470000000,
  ApplianceUplinks1795475000000,
  EfmAgents1795480000000,
  Metrics1795490000000,
  LostContents1795495000000,
  Statements1795500000000,
  QuotaLevels1795512300000,
  AuditChain1795520000000,
  Users1795521000000,
  DiskClasses1795522500000,
  VsysSettings1795530000000,
  Snapshots1795532000000,
  EfmCaptures1795535000000,
  Budgets1795541000000,
  TenantStates1795543000000,
  EfmTokenRenewal1795545000000,
  InitialPasswords1795600000000,
  Consoles1795600100000,
  Backups1795610000000,
  BackupKeys1795610100000,
  UsageByVdc1795610200000,
  Images1795620000000,
  NetworkKinds1795630000000,
  AddressManagement1795630100000,
  AllocatedAddresses1795630200000,
  EventFeed1795640000000,
  Notices1795640100000,
  AuditByRequest1795640200000,
  Faces1795650000000,
  Templates1795660000000,
  UserSubject1795680000000,
  DataKeys1795680100000,
  EfmUpdates1795690000000,
  PartDiskClasses1795690100000,
  BillNews1795690200000,
  ImageLicences1795690300000,
  DescriptorLibrary1795700000000,
  ImageCopyKeys1795710000000,
  EfmCountersSince1795711000000,
  ServerWishes1795720000000,
  Connections1795731000000,
  EfmProbes1795741000000,
  Ipv61795751000000,
];

/** Changes with each migration, e.g. to tell prepared databases apart. */
export const SCHEMA_VERSION: string = MIGRATIONS.at(-1)?.name ?? 'none';
