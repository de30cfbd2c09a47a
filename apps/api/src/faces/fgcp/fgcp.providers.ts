/** Wiring of this face. */
import type { Provider, Type } from '@nestjs/common';
import { Database } from '@openvsys/persistence';
import { StoredCertificates } from '../../http/stored-certificates.js';
import { FGCP_SETTINGS } from '../../tokens.js';
import { FgcpAuthenticator } from './identity/fgcp-authenticator.js';
import { DEFAULT_FGCP_SETTINGS, type FgcpSettings } from './identity/fgcp-settings.js';
import { FgcpDispatcher } from './fgcp-dispatcher.js';
import type { FgcpNoun } from './fgcp-operation.js';
import { FGCP_NOUNS, FgcpRegistry } from './fgcp-registry.js';
import { FgcpSystems } from './fgcp-systems.js';
import { FgcpAppliances } from './fgcp-appliances.js';
import { FgcpHome } from './fgcp-home.js';
import { FgcpAttachments } from './fgcp-attachments.js';
import { FgcpWork } from './fgcp-work.js';
import { AddressRanges } from './operations/address-ranges.js';
import { Backups } from './operations/backups.js';
import { EfmBackups } from './operations/efm-backups.js';
import { Figures } from './operations/figures.js';
import { FirstPasswords } from './operations/first-passwords.js';
import { Images } from './operations/images.js';
import { Notices } from './operations/notices.js';
import { PrivateImages } from './operations/private-images.js';
import { PrivateDescriptors } from './operations/private-descriptors.js';
import { Snapshots } from './operations/snapshots.js';
import { SegmentConsoles } from './operations/segment-consoles.js';
import { Usage } from './operations/usage.js';
import { Users } from './operations/users.js';
import { ApplianceSoftware } from './operations/appliance-software.js';
import { BalancerConfiguration } from './operations/balancer-configuration.js';
import { CatalogReads } from './operations/catalog-reads.js';
import { EfmChanges } from './operations/efm-changes.js';
import { EfmConfiguration } from './operations/efm-configuration.js';
import { EfmReads } from './operations/efm-reads.js';
import { FirewallConfiguration } from './operations/firewall-configuration.js';
import { PowerChanges } from './operations/power-changes.js';
import { PublicIpChanges } from './operations/public-ip-changes.js';
import { PublicIpReads } from './operations/public-ip-reads.js';
import { VDiskChanges } from './operations/vdisk-changes.js';
import { VDiskReads } from './operations/vdisk-reads.js';
import { VServerChanges } from './operations/vserver-changes.js';
import { VServerReads } from './operations/vserver-reads.js';
import { VsysChanges } from './operations/vsys-changes.js';
import { VsysReads } from './operations/vsys-reads.js';

const NOUNS: readonly Type<FgcpNoun>[] = [
  AddressRanges,
  SegmentConsoles,
  Figures,
  PrivateImages,
  Users,
  Usage,
  Snapshots,
  PrivateDescriptors,
  Notices,
  Images,
  FirstPasswords,
  EfmBackups,
  Backups,
  CatalogReads,
  EfmChanges,
  EfmConfiguration,
  EfmReads,
  PowerChanges,
  PublicIpChanges,
  PublicIpReads,
  VDiskChanges,
  VDiskReads,
  VServerChanges,
  VServerReads,
  VsysChanges,
  VsysReads,
];

/** `settings` is asked once; undefined: the defaults. */
export const fgcpProviders = (settings: () => FgcpSettings | undefined): readonly Provider[] => [
  { provide: FGCP_SETTINGS, useFactory: () => settings() ?? DEFAULT_FGCP_SETTINGS },
  {
    provide: FgcpAuthenticator,
    useFactory: (database: Database, chosen: FgcpSettings) =>
      new FgcpAuthenticator(new StoredCertificates(database), chosen, () => new Date()),
    inject: [Database, FGCP_SETTINGS],
  },
  { provide: FGCP_NOUNS, useFactory: (...nouns: FgcpNoun[]) => nouns, inject: [...NOUNS] },
  ...NOUNS,
  ApplianceSoftware,
  BalancerConfiguration,
  FgcpAppliances,
  FgcpAttachments,
  FgcpDispatcher,
  FgcpRegistry,
  FgcpSystems,
  FgcpHome,
  FgcpWork,
  FirewallConfiguration,
];
