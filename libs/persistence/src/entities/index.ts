import { BUDGET_ENTITIES } from './budget.entities.js';
import { CATALOG_ENTITIES } from './catalog.entities.js';
import { EFM_AGENT_ENTITIES } from './efm-agent.entities.js';
import { EFM_CAPTURE_ENTITIES } from './efm-capture.entities.js';
import { EFM_PROBE_ENTITIES } from './efm-probe.entities.js';
import { BACKUP_ENTITIES } from './backup.entities.js';
import { EFM_UPDATE_ENTITIES } from './efm-update.entities.js';
import { FACE_ENTITIES } from './face.entities.js';
import { IMAGE_ENTITIES } from './image.entities.js';
import { INFRASTRUCTURE_ENTITIES } from './infrastructure.entities.js';
import { METRIC_ENTITIES } from './metric.entities.js';
import { NETWORK_ENTITIES } from './network.entities.js';
import { NOTICE_ENTITIES } from './notice.entities.js';
import { PART_ENTITIES } from './part.entities.js';
import { POOL_CARE_ENTITIES } from './pool-care.entities.js';
import { SECRET_ENTITIES } from './secret.entities.js';
import { STATEMENT_ENTITIES } from './statement.entities.js';
import { TEMPLATE_ENTITIES } from './template.entities.js';
import { TENANCY_ENTITIES } from './tenancy.entities.js';
import { CONNECTION_ENTITIES } from './connection.entities.js';
import { CONSOLE_ENTITIES } from './console.entities.js';
import { INITIAL_PASSWORD_ENTITIES } from './initial-password.entities.js';
import { USAGE_ENTITIES } from './usage.entities.js';
import { VSYS_ENTITIES } from './vsys.entities.js';
import { VSYS_SETTINGS_ENTITIES } from './vsys-settings.entities.js';
import { WEBHOOK_ENTITIES } from './webhook.entities.js';
import { WORK_ENTITIES } from './work.entities.js';

/** Every table, for the DataSource and for the test that migrations and entities agree. */
export const ENTITIES = [
  ...TENANCY_ENTITIES,
  ...INFRASTRUCTURE_ENTITIES,
  ...POOL_CARE_ENTITIES,
  ...METRIC_ENTITIES,
  ...CATALOG_ENTITIES,
  ...IMAGE_ENTITIES,
  ...VSYS_ENTITIES,
  ...VSYS_SETTINGS_ENTITIES,
  ...PART_ENTITIES,
  ...INITIAL_PASSWORD_ENTITIES,
  ...CONSOLE_ENTITIES,
  ...BACKUP_ENTITIES,
  ...NETWORK_ENTITIES,
  ...CONNECTION_ENTITIES,
  ...EFM_AGENT_ENTITIES,
  ...EFM_CAPTURE_ENTITIES,
  ...EFM_PROBE_ENTITIES,
  ...WORK_ENTITIES,
  ...USAGE_ENTITIES,
  ...STATEMENT_ENTITIES,
  ...BUDGET_ENTITIES,
  ...WEBHOOK_ENTITIES,
  ...NOTICE_ENTITIES,
  ...FACE_ENTITIES,
  ...TEMPLATE_ENTITIES,
  ...SECRET_ENTITIES,
  ...EFM_UPDATE_ENTITIES,
];
