/** Everything that use cases and routes stand on. Opened by `main.ts`, exchanged by tests. */
import type { Database, PoolStore } from '@openvsys/persistence';
import type { Logger, Metrics } from '@openvsys/observability';
import type { FgcpSettings } from '../faces/fgcp/identity/fgcp-settings.js';
import type { OidcOptions } from '../http/oidc-tokens.js';
import type { RequestLimiter } from '../http/request-limiter.js';
import type { BusinessTime, Enrolment, FreshIds, SecretSealer, Spool } from '../use-cases/clock.js';
import type { OperationNews } from '../use-cases/operations/operation-news.js';
import type { OutboundCheck } from '../use-cases/webhooks/outbound-check.js';
import type { WakeUp } from '../use-cases/wake-up.js';

export interface Infrastructure {
  readonly database: Database;
  readonly pools: PoolStore;
  readonly time: BusinessTime;
  readonly ids: FreshIds;
  readonly sealer: SecretSealer;
  readonly enrolment: Enrolment;
  readonly spool: Spool;
  readonly wakeUp: WakeUp;
  readonly news: OperationNews;
  readonly outbound: OutboundCheck;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Under which others reach this installation; absent: nobody was told. */
  readonly publicUrl?: string;
  /** Absent: requests are not limited. */
  readonly requestLimiter?: RequestLimiter;
  /** The identity provider whose tokens are taken; absent: none. */
  readonly oidc?: OidcOptions;
  /** Of the FGCP face; absent: its defaults. */
  readonly fgcp?: FgcpSettings;
  /** Does Redis answer? Nothing depends on it but speed. */
  readonly queueAnswers: () => Promise<boolean>;
}
