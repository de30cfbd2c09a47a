/** Every controller of the REST face. */
import type { Type } from '@nestjs/common';
import { AuditController } from './audit/audit.controller.js';
import { BudgetsController } from './budgets/budgets.controller.js';
import { CatalogManagementController } from './catalog/catalog-management.controller.js';
import { CatalogController } from './catalog/catalog.controller.js';
import { CertificatesController } from './certificates/certificates.controller.js';
import { DescriptorsController } from './descriptors/descriptors.controller.js';
import { EFM_CONTROLLERS } from './efms/controllers.js';
import { EventsController } from './events/events.controller.js';
import { OperationStreamController } from './operations/operation-stream.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { OrganizationStandingController } from './organizations/organization-standing.controller.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import {
  PublicIpsController,
  VDisksController,
  VNetsController,
  VServersController,
} from './parts/parts.controllers.js';
import { PowerController } from './parts/power.controller.js';
import { PoolCareController } from './pools/pool-care.controller.js';
import { PoolOperationsController } from './pools/pool-operations.controller.js';
import { PoolsController } from './pools/pools.controller.js';
import { PriceListsController } from './prices/price-lists.controller.js';
import { QuotaRequestsController } from './quotas/quota-requests.controller.js';
import { QuotasController } from './quotas/quotas.controller.js';
import { SnapshotsController } from './snapshots/snapshots.controller.js';
import { AdjustmentsController } from './statements/adjustments.controller.js';
import { StatementExportController } from './statements/statement-export.controller.js';
import { StatementsController } from './statements/statements.controller.js';
import { HealthController } from './system/health.controller.js';
import { ServerMetricsController } from './metrics/server-metrics.controller.js';
import { InvariantsController } from './system/invariants.controller.js';
import { MetricsController } from './system/metrics.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { UsersController } from './users/users.controller.js';
import { VdcsController } from './vdcs/vdcs.controller.js';
import { CostController } from './vsys/cost.controller.js';
import { VSYS_CONTROLLERS } from './vsys/controllers.js';

export const REST_CONTROLLERS: readonly Type<object>[] = [
  ...VSYS_CONTROLLERS,
  CostController,
  VServersController,
  PowerController,
  ServerMetricsController,
  VDisksController,
  VNetsController,
  PublicIpsController,
  SnapshotsController,
  ...EFM_CONTROLLERS,
  OperationsController,
  OperationStreamController,
  DescriptorsController,
  CatalogController,
  CatalogManagementController,
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
  EventsController,
  AuditController,
  PoolsController,
  PoolCareController,
  PoolOperationsController,
  HealthController,
  InvariantsController,
  MetricsController,
];
