/** What the firewall of a system is told of its connections: read for each change and each plan of the system. */
import { listConnectionRows, type Session } from '@openvsys/persistence';
import {
  CONNECTION_PORT,
  firewallSeatOf,
  type SealedText,
  type SystemConnections,
  type TextSealer,
  type VsysDesign,
  type VsysId,
} from '@openvsys/vsys';

/** Without a zone for them nobody has to ask. */
const hasZones = ({ efms }: VsysDesign): boolean =>
  efms.some(({ kind, config }) => kind === 'firewall' && (config.connections ?? []).length > 0);

/** Undefined: it has none that both sides agreed to, or its design has no zone for any. */
export async function findSystemConnections(
  session: Session,
  vsysId: VsysId,
  design: VsysDesign,
  sealer: TextSealer,
): Promise<SystemConnections | undefined> {
  if (!hasZones(design)) return undefined;
  const rows = await listConnectionRows(session, vsysId);
  const [first] = rows;
  if (first === undefined) return undefined;
  const links = rows.map(({ id, zone, vnet, local, remote, publicKey, ...other }) => {
    const seat = firewallSeatOf({ servers: other.otherServers }, other.otherVnet);
    const address = seat?.addressFor(other.isSameZone ? 'same-zone' : 'elsewhere');
    const endpoint = address === undefined ? null : `${address}:${CONNECTION_PORT}`;
    return { id, zone, vnet, local, remote, publicKey, endpoint };
  });
  const sealed = first.privateKey as SealedText;
  return { privateKey: sealer.open(sealed, vsysId), links };
}
