/** What the engine tells, as metrics. */
import type { EngineObserver } from '@openvsys/provisioning';
import type { Metrics } from '@openvsys/observability';

export function engineObserver(metrics: Metrics): EngineObserver {
  return {
    actionEnded({ kind, outcome, tookMs }) {
      metrics.actions.inc({ kind, outcome });
      if (outcome !== 'withdrawn') metrics.actionDuration.observe({ kind }, tookMs / 1000);
    },
    turnCommitted() {},
    operationEnded({ kind, state }) {
      metrics.operations.inc({ kind, outcome: state });
    },
  };
}
