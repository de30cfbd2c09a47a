/** Wiring: which classes there are and what they stand on. */
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Database, PoolStore } from '@openvsys/persistence';
import { AgentController } from './faces/agent/agent.controller.js';
import { FgcpConsolePage } from './faces/fgcp/console-page.js';
import { FgcpController } from './faces/fgcp/fgcp.controller.js';
import { fgcpProviders } from './faces/fgcp/fgcp.providers.js';
import { CimiController } from './faces/cimi/cimi.controller.js';
import { CimiUseCases } from './faces/cimi/resources/use-cases.js';
import { REST_CONTROLLERS } from './faces/rest/controllers.js';
import { AgentAuthenticator } from './http/agent-authenticator.js';
import { AuthGuard } from './http/auth.guard.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RateLimitGuard } from './http/rate-limit.guard.js';
import { OidcTokens } from './http/oidc-tokens.js';
import { StoredTokens } from './http/stored-tokens.js';
import { TokenAuthenticator } from './http/token-authenticator.js';
import { SelectFields } from './http/select-fields.js';
import { ToldFields } from './http/told-fields.js';
import { RequestValidationPipe } from './http/validation.pipe.js';
import type { Infrastructure } from './infrastructure/infrastructure.js';
import { METRICS, QUEUE_PROBE, REQUEST_LIMITER, PUBLIC_URL } from './tokens.js';
import { USE_CASES } from './use-cases/all.js';
import { BusinessTime, Enrolment, FreshIds, SecretSealer, Spool } from './use-cases/clock.js';
import { OperationNews } from './use-cases/operations/operation-news.js';
import { WakeUp } from './use-cases/wake-up.js';
import { OutboundCheck } from './use-cases/webhooks/outbound-check.js';

@Module({})
export class AppModule {
  /** `open` is called when something is needed for the first time; never when only the document is made. */
  static from(open: () => Infrastructure): DynamicModule {
    return {
      module: AppModule,
      controllers: [...REST_CONTROLLERS, CimiController, AgentController, FgcpController, FgcpConsolePage],
      providers: [
        ...foundations(open),
        ...gates,
        ...USE_CASES,
        CimiUseCases,
        ...fgcpProviders(() => open().fgcp),
      ],
    };
  }
}

const gates: Provider[] = [
  { provide: APP_FILTER, useClass: ProblemFilter },
  { provide: APP_GUARD, useClass: AuthGuard },
  // In this order: it counts requests of known callers.
  { provide: APP_GUARD, useClass: RateLimitGuard },
  { provide: APP_PIPE, useClass: RequestValidationPipe },
  // Around the next one: it selects among what is told.
  { provide: APP_INTERCEPTOR, useClass: SelectFields },
  { provide: APP_INTERCEPTOR, useClass: ToldFields },
];

function foundations(open: () => Infrastructure): Provider[] {
  return [
    { provide: Database, useFactory: () => open().database },
    { provide: PoolStore, useFactory: () => open().pools },
    { provide: BusinessTime, useFactory: () => open().time },
    { provide: FreshIds, useFactory: () => open().ids },
    { provide: SecretSealer, useFactory: () => open().sealer },
    { provide: Spool, useFactory: () => open().spool },
    { provide: Enrolment, useFactory: () => open().enrolment },
    { provide: WakeUp, useFactory: () => open().wakeUp },
    { provide: OutboundCheck, useFactory: () => open().outbound },
    { provide: OperationNews, useFactory: () => open().news },
    { provide: REQUEST_LIMITER, useFactory: () => open().requestLimiter ?? null },
    { provide: PUBLIC_URL, useFactory: () => open().publicUrl ?? null },
    { provide: METRICS, useFactory: () => open().metrics },
    { provide: QUEUE_PROBE, useFactory: () => open().queueAnswers },
    {
      provide: TokenAuthenticator,
      useFactory: (database: Database) => {
        const { oidc } = open();
        const foreign = oidc === undefined ? undefined : new OidcTokens(oidc, database);
        return new TokenAuthenticator(new StoredTokens(database), () => new Date(), foreign);
      },
      inject: [Database],
    },
    {
      provide: AgentAuthenticator,
      useFactory: (database: Database) => new AgentAuthenticator(database, () => new Date()),
      inject: [Database],
    },
  ];
}
