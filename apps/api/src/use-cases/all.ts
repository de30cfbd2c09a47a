/** Every use case and what they share. */
import type { Type } from '@nestjs/common';
import { Annotate } from './annotations/annotate.js';
import { ReadAudit } from './audit/read-audit.js';
import { ManageBudgets } from './budgets/manage-budgets.js';
import { ManageCatalog } from './catalog/manage-catalog.js';
import { ReadCatalog } from './catalog/read-catalog.js';
import { DESCRIPTOR_USE_CASES } from './descriptors/all.js';
import { PullDocument } from './efm-agent/pull-document.js';
import { RenewToken } from './efm-agent/renew-token.js';
import { TakeCaptures } from './efm-agent/take-captures.js';
import { TakeProbes } from './efm-agent/take-probes.js';
import { TakeReport } from './efm-agent/take-report.js';
import { CapturePackets } from './efms/capture-packets.js';
import { ChangeAgentToken } from './efms/change-agent-token.js';
import { ConfigureEfm } from './efms/configure-efm.js';
import { FindReachability } from './efms/find-reachability.js';
import { ReadEfm } from './efms/read-efm.js';
import { ResetCounters } from './efms/reset-counters.js';
import { RestoreEfm } from './efms/restore-efm.js';
import { UpdateEfm } from './efms/update-efm.js';
import { CONNECTION_USE_CASES } from './connections/all.js';
import { NETWORK_USE_CASES } from './networks/all.js';
import { FollowEvents } from './events/follow-events.js';
import { ListEvents } from './events/list-events.js';
import { ManageNotices } from './notices/manage-notices.js';
import { ControlOperation } from './operations/control-operation.js';
import { ReadOperations } from './operations/read-operations.js';
import { WaitForOperation } from './operations/wait-for-operation.js';
import { WatchOperation } from './operations/watch-operation.js';
import { ExportMetrics } from './metrics/export-metrics.js';
import { ReadMetrics } from './metrics/read-metrics.js';
import { ChangePower } from './parts/change-power.js';
import { RescueServer } from './parts/rescue-server.js';
import { DiagnoseServer } from './parts/diagnose-server.js';
import { OpenConsole } from './consoles/open-console.js';
import { EditParts } from './parts/edit-parts.js';
import { InitialPasswords } from './parts/initial-passwords.js';
import { ReadFirstLogin } from './parts/read-first-login.js';
import { ReadParts } from './parts/read-parts.js';
import { RestServer } from './parts/rest-server.js';
import { ManagePriceLists } from './prices/manage-price-lists.js';
import { Placing } from './placing/placing.js';
import { ZoneTurns } from './placing/zone-turns.js';
import { AskPool } from './pools/ask-pool.js';
import { FollowPoolOperation } from './pools/follow-pool-operation.js';
import { ManagePools } from './pools/manage-pools.js';
import { ManageQuotaRequests } from './quotas/manage-quota-requests.js';
import { ManageQuotas } from './quotas/manage-quotas.js';
import { ChangeBackups } from './backups/change-backups.js';
import { ManageBackupPolicies } from './backups/manage-backup-policies.js';
import { ManageCopyKeys } from './backups/manage-copy-keys.js';
import { ReadBackups } from './backups/read-backups.js';
import { RestoreBackup } from './backups/restore-backup.js';
import { ChangeSnapshots } from './snapshots/change-snapshots.js';
import { ReadSnapshots } from './snapshots/read-snapshots.js';
import { CloseStatement } from './statements/close-statement.js';
import { ExplainLine } from './statements/explain-line.js';
import { ExportStatement } from './statements/export-statement.js';
import { ManageAdjustments } from './statements/manage-adjustments.js';
import { ReadStatements } from './statements/read-statements.js';
import { CheckInvariants } from './system/check-invariants.js';
import { ManageOrganizations } from './tenancy/manage-organizations.js';
import { ManageStanding } from './tenancy/manage-standing.js';
import { ManageVdcs } from './tenancy/manage-vdcs.js';
import { WhoAmI } from './tenancy/who-am-i.js';
import { ManageTokens } from './tokens/manage-tokens.js';
import { ManageTemplates } from './templates/manage-templates.js';
import { Transactor } from './transactor.js';
import { ReadParkedUsage } from './usage/read-parked-usage.js';
import { ReadUsage } from './usage/read-usage.js';
import { ManageCertificates } from './users/manage-certificates.js';
import { ManageUsers } from './users/manage-users.js';
import { Admission } from './vsys/admission.js';
import { WHOLE_SYSTEM_USE_CASES } from './vsys/all.js';
import { ChangeVsys } from './vsys/change-vsys.js';
import { CreateVsys } from './vsys/create-vsys.js';
import { DeleteVsys } from './vsys/delete-vsys.js';
import { PlanVsys } from './vsys/plan-vsys.js';
import { ReadCost } from './vsys/read-cost.js';
import { IMAGE_USE_CASES } from './images/all.js';
import { ReadVsys } from './vsys/read-vsys.js';
import { FollowDeliveries } from './webhooks/follow-deliveries.js';
import { ManageWebhooks } from './webhooks/manage-webhooks.js';

const SHARED: readonly Type<object>[] = [Admission, Placing, Transactor, ZoneTurns];

export const USE_CASES: readonly Type<object>[] = [
  ...SHARED,
  ...WHOLE_SYSTEM_USE_CASES,
  ...IMAGE_USE_CASES,
  ...CONNECTION_USE_CASES,
  ...NETWORK_USE_CASES,
  ...DESCRIPTOR_USE_CASES,
  Annotate,
  AskPool,
  ChangePower,
  RescueServer,
  ChangeBackups,
  ManageBackupPolicies,
  ManageCopyKeys,
  ReadBackups,
  RestoreBackup,
  ChangeSnapshots,
  ChangeVsys,
  CheckInvariants,
  CloseStatement,
  CapturePackets,
  ChangeAgentToken,
  ConfigureEfm,
  OpenConsole,
  ControlOperation,
  CreateVsys,
  DeleteVsys,
  DiagnoseServer,
  EditParts,
  ExplainLine,
  ExportMetrics,
  ExportStatement,
  FollowPoolOperation,
  FindReachability,
  FollowDeliveries,
  FollowEvents,
  ListEvents,
  ManageAdjustments,
  ManageBudgets,
  ManageCatalog,
  ManagePriceLists,
  ManageOrganizations,
  ManagePools,
  ManageQuotaRequests,
  ManageQuotas,
  ManageStanding,
  ManageTemplates,
  ManageTokens,
  ManageCertificates,
  ManageUsers,
  ManageVdcs,
  ManageNotices,
  ManageWebhooks,
  PlanVsys,
  PullDocument,
  ReadAudit,
  ReadCatalog,
  ReadCost,
  ReadEfm,
  ReadMetrics,
  ReadOperations,
  ReadFirstLogin,
  ReadParts,
  ReadSnapshots,
  ReadParkedUsage,
  ReadStatements,
  ReadUsage,
  InitialPasswords,
  ReadVsys,
  RenewToken,
  ResetCounters,
  RestoreEfm,
  UpdateEfm,
  RestServer,
  TakeCaptures,
  TakeProbes,
  TakeReport,
  WaitForOperation,
  WatchOperation,
  WhoAmI,
];
