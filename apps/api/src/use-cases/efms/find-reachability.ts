/** Can A open a connection to B, and which rule decides: asked of the models that the appliances' configurations are made from. */
import { Injectable } from '@nestjs/common';
import { findWay, type End, type Way } from '@openvsys/efm';
import { Database, getPresentSystem, listWantedInputs, type WantedInput } from '@openvsys/persistence';
import { applianceNames, DomainError, INTERNET, type VsysId, type VsysSpec } from '@openvsys/vsys';
import type { Call } from '../call.js';

export interface ReachabilityQuestion {
  /** Name of a server, role, EFM or public IP, `internet`, or an IPv4 address. */
  readonly from: string;
  readonly to: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** 0 for icmp. */
  readonly port: number;
}

@Injectable()
export class FindReachability {
  constructor(private readonly database: Database) {}

  /** Throws `not-found` for the VSYS, `invalid-request` for names that it does not have. */
  async execute(call: Call, vsysId: VsysId, question: ReachabilityQuestion): Promise<Way> {
    return this.database.session(async (session) => {
      const { spec } = await getPresentSystem(session, call.scope, vsysId);
      const wanted = firstsOf(await listWantedInputs(session, vsysId));
      const world = { efms: wanted.map(({ input }) => input), nets: spec.nets };
      const from = endOf(question.from, '/from', spec, wanted);
      const to = endOf(question.to, '/to', spec, wanted);
      return findWay(world, from, to, question);
    });
  }
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
