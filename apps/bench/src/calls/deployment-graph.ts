/**
 * The calls of a deployment as a graph for `lowerBound`. What must come before what follows from XenAPI itself, not from
 * the order in which our driver does it:
 *
 *   network.create ──► VLAN of the network ──┐
 *   VM.clone ──► every setter ──────────┐    ├──► VIF.create ─┐
 *      ├──► set_other_config ► provision ┼───┘                ├──► VM.start ──► VM.start of the next tier
 *      └──► tags of its disks ───────────┘   VBD.create ──────┘
 *   VDI.create ──► VBD.create
 */
import { findEnd, isChange, isDone, methodOf, type LoggedCall } from './call-log.js';
import type { PathCall, QueueHold } from './critical-path.js';

export interface DeploymentFacts {
  /** The VM that a disk belongs to, for disks that came with a clone. */
  readonly vmOfDisk: ReadonlyMap<string, string>;
  /** When the server that a VM is starts; lower first. */
  readonly startOrderOf: ReadonlyMap<string, number>;
}

const STARTS = new Set(['VM.start', 'VM.start_on']);
const VLANS = new Set(['pool.create_VLAN_from_PIF', 'VLAN.create']);

/** Calls that changed the pool, without those that failed: a better client would not have made them. */
export function deploymentGraph(log: readonly LoggedCall[], facts: DeploymentFacts): readonly PathCall[] {
  const calls = log.filter((call) => isChange(call) && isDone(call) && findEnd(call) !== undefined);
  const graph = new Graph(calls, facts);
  return calls.map((call) => ({
    id: call.seq,
    method: methodOf(call),
    serviceMs: serviceOf(call),
    holds: holdsOf(call),
    after: [...graph.before(call)],
  }));
}

class Graph {
  private readonly makers = new Map<string, number>();
  /** Calls that work on a VM itself, on its devices or on its disks. */
  private readonly worksOn = new Map<string, number[]>();
  private readonly vlansOf = new Map<string, number[]>();
  private readonly configOf = new Map<string, number>();
  private readonly starts: { readonly seq: number; readonly order: number }[] = [];

  constructor(
    calls: readonly LoggedCall[],
    private readonly facts: DeploymentFacts,
  ) {
    for (const call of calls) if (call.answered !== null) this.makers.set(call.answered, call.seq);
    for (const call of calls) this.index(call);
  }

  before(call: LoggedCall): ReadonlySet<number> {
    const method = methodOf(call);
    const found = new Set<number>();
    for (const object of call.objects) this.addMaker(found, object);
    for (const vm of this.vmsOf(call)) {
      this.addMaker(found, vm);
      if (method === 'VM.provision') add(found, this.configOf.get(vm));
      if (STARTS.has(method)) for (const seq of this.worksOn.get(vm) ?? []) found.add(seq);
      if (STARTS.has(method)) this.addEarlierStarts(found, vm);
    }
    if (method === 'VIF.create')
      for (const object of call.objects) for (const seq of this.vlansOf.get(object) ?? []) found.add(seq);
    found.delete(call.seq);
    return found;
  }

  private index(call: LoggedCall): void {
    const method = methodOf(call);
    for (const vm of this.vmsOf(call)) {
      if (STARTS.has(method))
        this.starts.push({ seq: call.seq, order: this.facts.startOrderOf.get(vm) ?? 0 });
      else this.worksOn.set(vm, [...(this.worksOn.get(vm) ?? []), call.seq]);
      if (method === 'VM.set_other_config') this.configOf.set(vm, call.seq);
    }
    if (VLANS.has(method))
      for (const object of call.objects)
        this.vlansOf.set(object, [...(this.vlansOf.get(object) ?? []), call.seq]);
  }

  /** VMs of ours that the call is about; the template of a clone is not one. */
  private vmsOf(call: LoggedCall): readonly string[] {
    return call.objects.flatMap((object) => {
      const vm = this.facts.vmOfDisk.get(object) ?? object;
      return this.facts.startOrderOf.has(vm) ? [vm] : [];
    });
  }

  private addMaker(found: Set<number>, object: string): void {
    add(found, this.makers.get(object));
  }

  private addEarlierStarts(found: Set<number>, vm: string): void {
    const own = this.facts.startOrderOf.get(vm) ?? 0;
    for (const { seq, order } of this.starts) if (order < own) found.add(seq);
  }
}

function add(found: Set<number>, seq: number | undefined): void {
  if (seq !== undefined) found.add(seq);
}

/** Time in the pool without waiting for anything, ms. */
export function serviceOf(call: LoggedCall): number {
  const waited = call.waits.reduce((sum, { ms }) => sum + ms, 0);
  return Math.max(0, (findEnd(call) ?? call.start) - call.start - waited);
}

/** Holds without what the call waited for inside of them. A queue is waited for right before it is held. */
export function holdsOf(call: LoggedCall): readonly QueueHold[] {
  const heldFrom = new Map(call.held.map(({ queue, from }) => [queue, from]));
  const waitedIn = (after: number, until: number): number =>
    call.waits.reduce((sum, { queue, ms }) => {
      const at = heldFrom.get(queue) ?? call.start;
      return at > after && at <= until ? sum + ms : sum;
    }, 0);
  return call.held.map(({ queue, from, to }) => ({
    queue,
    leadMs: Math.max(0, from - call.start - waitedIn(-Infinity, from)),
    ms: Math.max(0, to - from - waitedIn(from, to)),
    takenAt: from,
  }));
}
