/** Can A open a connection to B, and which rule decides: asked of the models that the appliances' configurations are made from. */
import { Injectable } from '@nestjs/common';
import { findWay, findWayAcross, type End, type Way, type WayStep, type WorldModel } from '@openvsys/efm';
import {
  Database,
  getPresentSystem,
  listWantedInputs,
  type Session,
  type WantedInput,
} from '@openvsys/persistence';
import {
  applianceNames,
  DomainError,
  INTERNET,
  vsysId as checkedVsysId,
  type VsysId,
  type VsysSpec,
} from '@openvsys/vsys';
import type { Call } from '../call.js';

export interface ReachabilityQuestion {
  /** Name of a server, role, EFM or public IP, `internet`, or an IPv4 address. */
  readonly from: string;
  /** The same; `<VSYS>/<name>` for one of another system that the caller may see. */
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** 0 for icmp. */
  readonly port: number;
}

export interface SystemStep extends WayStep {
  /** Of whose appliances or networks the step is. */
  readonly vsysId: VsysId;
}

export interface SystemWay extends Omit<Way, 'steps'> {
  readonly steps: readonly SystemStep[];
}

/** What is asked of one system. */
interface Side {
  readonly vsysId: VsysId;
  readonly spec: VsysSpec;
  readonly wanted: readonly WantedInput[];
  readonly world: WorldModel;
}

@Injectable()
export class FindReachability {
  constructor(private readonly database: Database) {}

  /** Throws `not-found` for the VSYS, `invalid-request` for names that it does not have. */
  async execute(call: Call, vsysId: VsysId, question: ReachabilityQuestion): Promise<SystemWay> {
    const { system, name } = targetOf(question.to);
    return this.database.session(async (session) => {
      const own = await sideOf(session, call, vsysId);
      const from = endOf(question.from, '/from', own.spec, own.wanted);
      if (system === undefined || system === vsysId) {
        const way = findWay(own.world, from, endOf(name, '/to', own.spec, own.wanted), question);
        return { ...way, steps: way.steps.map((step) => ({ ...step, vsysId })) };
      }
      const other = await sideOf(session, call, system);
      const to = { ...endOf(name, '/to', other.spec, other.wanted), name: question.to };
      const publicAddresses = other.spec.publicIps.map(({ address }) => address);
      const way = findWayAcross(own.world, { world: other.world, publicAddresses }, { from, to }, question);
      const steps = way.steps.map(({ side, ...step }) => ({
        ...step,
        vsysId: side === 'own' ? vsysId : system,
      }));
      return { ...way, steps };
    });
  }
}

function targetOf(to: string): { readonly system: VsysId | undefined; readonly name: string } {
  const cut = to.indexOf('/');
  return cut < 0
    ? { system: undefined, name: to }
    : { system: checkedVsysId(to.slice(0, cut)), name: to.slice(cut + 1) };
}

async function sideOf(session: Session, call: Call, vsysId: VsysId): Promise<Side> {
  const { spec } = await getPresentSystem(session, call.scope, vsysId);
  const wanted = firstsOf(await listWantedInputs(session, vsysId));
  return { vsysId, spec, wanted, world: { efms: wanted.map(({ input }) => input), nets: spec.nets } };
}

/** Of a pair the first: both have the same rules. */
const firstsOf = (wanted: readonly WantedInput[]): WantedInput[] =>
  wanted.filter(({ name, input }) => applianceNames(input.name, input.pair !== null)[0] === name);

const ADDRESS = /^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?:\.(?!$)|$)){4}$/;

function endOf(name: string, pointer: string, spec: VsysSpec, efms: readonly WantedInput[]): End {
  if (ADDRESS.test(name)) return { name, addresses: [{ vnet: null, address: name }] };
  if (name === INTERNET) return { name, addresses: [] };
  const efm = efms.find(({ input }) => input.name === name)?.input;
  if (efm !== undefined) {
    const addresses = efm.interfaces.map(({ zone, address, virtualAddress }) => ({
      vnet: zone,
      address: virtualAddress ?? address,
    }));
    return { name, addresses };
  }
  const publicIp = spec.publicIps.find((ip) => ip.name === name);
  if (publicIp !== undefined) return { name, addresses: [{ vnet: null, address: publicIp.address }] };
  return serverEnd(name, pointer, spec);
}

function serverEnd(name: string, pointer: string, { servers, nets }: VsysSpec): End {
  const server = servers.find((each) => each.name === name) ?? servers.find(({ role }) => role === name);
  if (server === undefined) {
    throw new DomainError('invalid-request', `The system has no server, EFM or public IP “${name}”.`, {
      pointer,
      remedy: 'Name one of them, “internet”, or an IPv4 address.',
    });
  }
  const vnetOf = (id: string): string | null => nets.find((net) => net.id === id)?.name ?? null;
  const addresses = server.nics.map(({ net, ipv4 }) => ({ vnet: vnetOf(net), address: ipv4 }));
  return { name: server.name, addresses };
}
