/** A VSYS as the REST API shows it. Conditions are computed: none can get stuck. */
import type { Call } from '../../../use-cases/call.js';
import type { VsysAnswer } from '../../../use-cases/vsys/read-vsys.js';
import { hidingHost } from '../parts/hiding-hosts.js';
import type { ConditionView, VsysDetailView, VsysView } from './vsys.views.js';

type Vsys = VsysAnswer['vsys'];

export function vsysView(vsys: VsysView): VsysView {
  const { id, name, organizationId, vdcId, phase, generation, observedGeneration } = vsys;
  const { descriptor, createdAt, changedAt, deletedAt, purgeAt } = vsys;
  const { externalId, tags, expiresAt } = vsys;
  return {
    id,
    name,
    organizationId,
    vdcId,
    phase,
    generation,
    observedGeneration,
    descriptor,
    createdAt,
    changedAt,
    deletedAt,
    purgeAt,
    externalId,
    tags,
    protected: vsys.protected,
    expiresAt,
  };
}

export function vsysDetailView(call: Call, answer: VsysAnswer): VsysDetailView {
  const { vsys } = answer;
  return Object.assign(vsysView(vsys), {
    parameters: answer.parameters,
    conditions: conditionsOf(vsys),
    problem: vsys.parked,
    price: answer.price,
    vservers: answer.vservers.map((server) => hidingHost(call, server)),
    vdisks: answer.vdisks,
    vnets: answer.vnets,
    publicIps: answer.publicIps,
  });
}

function conditionsOf(vsys: Vsys): ConditionView[] {
  const reached = vsys.generation === vsys.observedGeneration;
  const ready = reached && vsys.phase === 'ready';
  const parked = vsys.parked !== null;
  return [
    {
      type: 'Ready',
      status: ready,
      message: ready ? `Generation ${vsys.generation} is reached.` : unready(vsys),
    },
    { type: 'Progressing', status: !reached && !parked, message: progress(vsys, reached) },
    { type: 'NeedsAttention', status: parked, message: vsys.parked?.message ?? 'Nothing needs attention.' },
  ];
}

function unready(vsys: Vsys): string {
  if (vsys.phase === 'deleted') return 'It is deleted.';
  return `Generation ${vsys.generation} is wanted, ${vsys.observedGeneration} was reached last.`;
}

function progress(vsys: Vsys, reached: boolean): string {
  if (reached) return 'There is nothing to do.';
  return vsys.parked === null ? 'Work is going on.' : 'The work was given up until it is resumed or changed.';
}
