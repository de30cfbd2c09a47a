/** A VSYS while an operation works on it: what was known before, and every frame since. */
import type { OperationView, VsysDetailView } from '@openvsys/api-client';
import type { Frame, OperationProgress, PartProgress, StepProgress } from './frames.js';

/** A sentence about what is new; undefined when nothing is. */
export type News = string | undefined;

export class LiveSystem {
  private readonly partsById = new Map<string, PartProgress>();
  private readonly stepsById = new Map<string, StepProgress>();
  private progress: OperationProgress;

  constructor(
    readonly vsys: VsysDetailView,
    operation: OperationView,
  ) {
    this.progress = operation;
    for (const part of partsOf(vsys)) this.partsById.set(part.id, part);
  }

  get operation(): OperationProgress {
    return this.progress;
  }

  /** In the order in which they became known; network cards are left out: they go with their server. */
  get parts(): readonly PartProgress[] {
    return [...this.partsById.values()];
  }

  get runningSteps(): readonly StepProgress[] {
    return [...this.stepsById.values()].filter(({ outcome }) => outcome === 'running');
  }

  apply(frame: Frame): News {
    if (frame.event === 'part') return this.applyPart(frame.data);
    return frame.event === 'step' ? this.applyStep(frame.data) : this.applyOperation(frame.data);
  }

  nameOf(partId: string): string {
    return this.partsById.get(partId)?.name ?? partId;
  }

  private applyPart(part: PartProgress): News {
    if (part.kind === 'nic') return undefined;
    const before = this.partsById.get(part.id);
    this.partsById.set(part.id, part);
    if (before?.state === part.state && before.reason === part.reason) return undefined;
    return `${part.kind} ${part.name} ${part.state}${part.reason === null ? '' : `: ${part.reason}`}`;
  }

  /** Only failures are news: what a step achieves shows in the state of its part. */
  private applyStep(step: StepProgress): News {
    const before = this.stepsById.get(step.id);
    this.stepsById.set(step.id, step);
    if (step.outcome !== 'failed' || before?.outcome === 'failed') return undefined;
    const why = step.error === null ? '' : `: ${step.error.message}`;
    return `${step.kind} ${this.nameOf(step.part)} failed (try ${step.attempt})${why}`;
  }

  private applyOperation(operation: OperationProgress): News {
    const before = this.progress;
    this.progress = operation;
    if (before.state === operation.state) return undefined;
    return `${operation.kind} ${operation.state} (${operation.stepsDone} of ${operation.stepsTotal} steps)`;
  }
}

function partsOf(vsys: VsysDetailView): PartProgress[] {
  return [
    ...partsOfKind('vnet', vsys.vnets),
    ...partsOfKind('public-ip', vsys.publicIps),
    ...partsOfKind('vserver', vsys.vservers),
    ...partsOfKind('vdisk', vsys.vdisks),
  ];
}

function partsOfKind(kind: string, parts: readonly Omit<PartProgress, 'kind'>[]): PartProgress[] {
  return parts.map(({ id, name, state, reason }) => ({ id, kind, name, state, reason }));
}
