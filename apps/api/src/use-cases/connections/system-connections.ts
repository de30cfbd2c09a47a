/** What the firewall of a system is told of its connections: read for each change and each plan of the system. */
import { listConnectionRows, type Session } from '@openvsys/persistence';
import {
  CONNECTION_PORT,
  firewallSeatOf,
  type SealedText,
  type SystemConnections,
  type TextSealer,
  type VsysId,
} from '@openvsys/vsys';

/** Undefined: it has none that both sides agreed to. */
export async function findSystemConnections(
  session: Session,
  vsysId: VsysId,
  sealer: TextSealer,
): Promise<SystemConnections | undefined> {
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
