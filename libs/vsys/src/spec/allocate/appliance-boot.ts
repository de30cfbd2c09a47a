/**
 * The config drive of an EFM's appliance: how its agent finds the API, proves who it is, and whom it believes. It is made once,
 * with the appliance, and stays as it is; everything else comes over the agent's own connection.
 *
 *   user-data       agent.json, token, ca.pem below /etc/openvsys-efm; starts the agent        sealed: it holds the token
 *   network-config  the card to the outside, named as the agent's documents name it
 */
import type { ModuleInput } from '../../efm/registry.js';
import type { VServerId } from '../../ids.js';
import type { TextSealer } from '../../ports/text-sealer.port.js';
import type { ConfigDriveSpec, VServerSpec } from '../vsys-spec.js';
import { metaDataOf } from './config-drive-files.js';

/** Where agents report. */
export interface AgentAccess {
  /** `https://…`, reachable from the zone's range for appliances. */
  readonly apiUrl: string;
  /** PEM: the only authority that the agent believes. */
  readonly ca: string;
}

/** What admission needs to give an appliance its first token. */
export interface AgentEnrolment extends AgentAccess {
  /** A fresh secret with each call. */
  newToken(): string;
}

export interface EnrolledAgent {
  readonly server: VServerId;
  /** To be stored as a hash only. */
  readonly token: string;
}

export interface ApplianceBoot {
  readonly server: Pick<VServerSpec, 'id' | 'name'>;
  readonly uplink: ModuleInput['uplink'];
  readonly access: AgentAccess;
  readonly token: string;
  readonly generation: number;
  readonly sealer: TextSealer;
}

const FOLDER = '/etc/openvsys-efm';
const UNIT = 'openvsys-efm-agent.service';

export function applianceDriveOf(boot: ApplianceBoot): ConfigDriveSpec {
  const { server, generation, sealer } = boot;
  return {
    files: {
      'meta-data': metaDataOf(server),
      'user-data': sealer.seal(userDataOf(boot), server.id),
      'network-config': networkConfigOf(boot),
    },
    version: generation,
  };
}

function userDataOf({ access, token }: ApplianceBoot): string {
  const settings = { apiUrl: access.apiUrl, tokenFile: `${FOLDER}/token`, caFile: `${FOLDER}/ca.pem` };
  const files = { 'agent.json': JSON.stringify(settings), token, 'ca.pem': access.ca };
  const config = {
    write_files: Object.entries(files).map(([name, content]) => ({
      path: `${FOLDER}/${name}`,
      permissions: '0600',
      content,
    })),
    runcmd: [['systemctl', 'enable', '--now', UNIT]],
  };
  return `#cloud-config\n${JSON.stringify(config)}\n`;
}

/** Only the way to the API: the agent configures the rest from its document. */
function networkConfigOf({ uplink }: ApplianceBoot): string {
  if (uplink === null) return `${JSON.stringify({ version: 2, ethernets: {} })}\n`;
  const prefix = uplink.cidr.split('/')[1] ?? '32';
  const card = {
    match: { macaddress: uplink.mac },
    'set-name': 'uplink',
    addresses: [`${uplink.address}/${prefix}`],
    routes: [{ to: '0.0.0.0/0', via: uplink.gateway }],
  };
  return `${JSON.stringify({ version: 2, ethernets: { uplink: card } })}\n`;
}
