/** Every controller of the REST face. */
import type { Type } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.js';
import { BudgetsController } from './budgets/budgets.controller.js';
import { CatalogManagementController } from './catalog/catalog-management.controller.js';
import { CatalogController } from './catalog/catalog.controller.js';
import { CertificatesController } from './certificates/certificates.controller.js';
import { DescriptorsController } from './descriptors/descriptors.controller.js';
import { DescriptorLibraryController } from './descriptors/library.controller.js';
import { ExportDescriptorController } from './descriptors/export.controller.js';
import { ImportDescriptorController } from './descriptors/import.controller.js';
import { EFM_CONTROLLERS } from './efms/controllers.js';
import { EventStreamController } from './events/event-stream.controller.js';
import { EventsController } from './events/events.controller.js';
import { NoticesController } from './notices/notices.controller.js';
import { IMAGE_CONTROLLERS } from './images/controllers.js';
import { OperationStreamController } from './operations/operation-stream.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { OrganizationStandingController } from './organizations/organization-standing.controller.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { PART_CONTROLLERS } from './parts/controllers.js';
import { PoolCareController } from './pools/pool-care.controller.js';
import { PoolOperationsController } from './pools/pool-operations.controller.js';
import { PoolsController } from './pools/pools.controller.js';
import { PriceListsController } from './prices/price-lists.controller.js';
import { QuotaRequestsController } from './quotas/quota-requests.controller.js';
import { QuotasController } from './quotas/quotas.controller.js';
import { BACKUP_CONTROLLERS } from './backups/controllers.js';
import { SnapshotsController } from './snapshots/snapshots.controller.js';
import { AdjustmentsController } from './statements/adjustments.controller.js';
import { StatementExportController } from './statements/statement-export.controller.js';
import { StatementsController } from './statements/statements.controller.js';
import { HealthController } from './system/health.controller.js';
import { MetricExportsController } from './metrics/metric-exports.controller.js';
import { ServerMetricsController } from './metrics/server-metrics.controller.js';
import { InvariantsController } from './system/invariants.controller.js';
import { MetricsController } from './system/metrics.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { UsersController } from './users/users.controller.js';
import { CONNECTION_CONTROLLERS } from './connections/controllers.js';
import { NETWORK_CONTROLLERS } from './networks/controllers.js';
import { VdcsController } from './vdcs/vdcs.controller.js';
import { CostController } from './vsys/cost.controller.js';
import { VSYS_CONTROLLERS } from './vsys/controllers.js';
import { WebhookDeliveriesController } from './webhooks/deliveries.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

export const REST_CONTROLLERS: readonly Type<object>[] = [
  ...VSYS_CONTROLLERS,
  CostController,
  ...PART_CONTROLLERS,
  ...CONNECTION_CONTROLLERS,
  ...NETWORK_CONTROLLERS,
  ServerMetricsController,
  MetricExportsController,
  SnapshotsController,
  ...BACKUP_CONTROLLERS,
  ...EFM_CONTROLLERS,
  OperationsController,
  OperationStreamController,
  DescriptorLibraryController,
  ImportDescriptorController,
  ExportDescriptorController,
  DescriptorsController,
  CatalogController,
  CatalogManagementController,
  ...IMAGE_CONTROLLERS,
  UsageController,
  StatementsController,
  StatementExportController,
  AdjustmentsController,
  PriceListsController,
  QuotasController,
  QuotaRequestsController,
  BudgetsController,
  VdcsController,
  OrganizationsController,
  OrganizationStandingController,
  TokensController,
  UsersController,
  CertificatesController,
  EventStreamController,
  EventsController,
  WebhookDeliveriesController,
  WebhooksController,
  NoticesController,
  AuditController,
  PoolsController,
  PoolCareController,
  PoolOperationsController,
  HealthController,
  InvariantsController,
  MetricsController,
];
