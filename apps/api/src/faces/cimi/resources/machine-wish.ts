/** From a MachineCreate to what a server is to be: references are looked up, units converted, words translated. */
import { vdiskId, vnetId, vsysId, vsysOfPart, type VDiskId, type VNetId, type VsysId } from '@openvsys/vsys';
import type { NamedServer } from '../../../use-cases/parts/named-edits.js';
import type { Input } from '../read/input.js';
import { gibOfKilobytes } from '../words/units.js';
import type { CimiContext } from './context.js';
import { isInput, withTemplate } from './credentials.js';
import { imageOf, type WishedImage } from './image-wish.js';
import { loginOf } from './login-wish.js';
import { serverTypeOf } from './machine-configs.js';
import { idOf, PUBLIC_NETWORK } from './paths.js';
import { capacityOf } from './volume-wish.js';
import { missing, notServed, wrong } from './wish-errors.js';

const POWERS = { STARTED: 'running', STOPPED: 'stopped' } as const;

/** Without a system: that of its networks and volumes, else the default one. */
export interface MachineWish {
  readonly server: Omit<NamedServer, 'vsysId' | 'wantedName'>;
  readonly system: VsysId | undefined;
  readonly contents?: WishedImage['contents'];
}

/** Throws `invalid-request`, `not-found`. */
export async function machineWish(context: CimiContext, given: unknown): Promise<MachineWish> {
  if (!isInput(given)) throw missing('machineTemplate');
  return wishOfTemplate(context, await withTemplate(context, 'MachineTemplate', given));
}

/** `template` is resolved; what it refers to is not. */
export async function wishOfTemplate(context: CimiContext, template: Input): Promise<MachineWish> {
  const { machineConfig, machineImage, initialState, userData, credential } = template;
  if (!isInput(machineConfig)) throw missing('machineTemplate/machineConfig');
  if (!isInput(machineImage)) throw missing('machineTemplate/machineImage');
  refuseMeters(template);
  const login = await loginOf(context, credential);
  const text = textOfUserData(userData);
  const { image, contents } = await imageOf(context, machineImage);
  const networks = networksOf(template);
  const volumes = volumesOf(template);
  return {
    system: systemOf(template, networks, volumes) ?? (contents && vsysOfPart(contents.snapshot)),
    ...(contents === undefined ? {} : { contents }),
    server: {
      type: await serverTypeOf(context, machineConfig),
      image,
      power: powerOf(initialState),
      networks,
      volumes,
      disks: await disksOf(context, template),
      ...(login === undefined ? {} : { login }),
      ...(text === undefined ? {} : { userData: text }),
      // Only a disk is seen by guests that know no xenstore.
      ...(login === undefined && text === undefined ? {} : { configDrive: true }),
    },
  };
}

function powerOf(state: unknown): 'running' | 'stopped' {
  if (state === undefined || state === null || state === 'STOPPED') return POWERS.STOPPED;
  if (state === 'STARTED') return POWERS.STARTED;
  throw wrong('machineTemplate/initialState', 'STARTED or STOPPED');
}

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

function textOfUserData(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (!BASE64.test(value)) throw wrong('machineTemplate/userData', 'base64');
  return Buffer.from(value, 'base64').toString('utf8');
}

const entriesOf = (template: Input, name: string): readonly Input[] => {
  const value = template[name];
  return Array.isArray(value) ? value.filter(isInput) : [];
};

function networksOf(template: Input): readonly VNetId[] {
  return entriesOf(template, 'networkInterfaces').map(({ network, networkPort, macAddress }) => {
    if (isInput(networkPort) || typeof macAddress === 'string')
      throw notServed('Network ports and MAC addresses are chosen by the provider.');
    const href = isInput(network) ? network['href'] : undefined;
    if (typeof href !== 'string') throw missing('machineTemplate/networkInterfaces/network');
    if (idOf(href) === PUBLIC_NETWORK)
      throw notServed('Machines are in private networks; a firewall of the system leads to the public one.');
    return vnetId(idOf(href));
  });
}

function volumesOf(template: Input): readonly VDiskId[] {
  return entriesOf(template, 'volumes').map((volume) => {
    const { href } = isInput(volume['volume']) ? volume['volume'] : volume;
    if (typeof href !== 'string') throw missing('machineTemplate/volumes/href');
    return vdiskId(idOf(href));
  });
}

async function disksOf(context: CimiContext, template: Input): Promise<NonNullable<NamedServer['disks']>> {
  const disks = [];
  for (const [index, given] of entriesOf(template, 'volumeTemplates').entries()) {
    const capacity = await capacityOf(context, await withTemplate(context, 'VolumeTemplate', given));
    disks.push({ name: `data${index + 1}`, size: gibOfKilobytes(capacity) });
  }
  return disks;
}

/** Throws `invalid-request` when they are not all of one system. */
function systemOf(
  { realm }: Input,
  networks: readonly VNetId[],
  volumes: readonly VDiskId[],
): VsysId | undefined {
  const named = typeof realm === 'string' ? [systemOfRealm(idOf(realm.trim()))] : [];
  const systems = new Set([...named, ...[...networks, ...volumes].map(vsysOfPart)]);
  if (systems.size <= 1) return [...systems][0];
  throw wrong('machineTemplate', 'in one system: its networks and volumes are of several');
}

const systemOfRealm = (realm: string): VsysId =>
  realm.split('-').length > 2 ? vsysOfPart(vnetId(realm)) : vsysId(realm);

/** Everything has its meters and its event log anyway. */
function refuseMeters({ meterTemplates, eventLogTemplate }: Input): void {
  if (Array.isArray(meterTemplates) && meterTemplates.length > 0)
    throw notServed('Every machine has meters of all aspects from the begin.');
  if (isInput(eventLogTemplate)) throw notServed('Every machine has an event log from the begin.');
}
