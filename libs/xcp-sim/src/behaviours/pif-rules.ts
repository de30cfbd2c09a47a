// Purpose: what forbids an operation on a physical or virtual interface of a host (PIF), in the order of the server.
import { XenFailure } from '../core/failure.js';
import { NULL_REF } from '../datamodel/xen-value.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** @throws XenFailure NETWORK_UNMANAGED */
export function requireManagedNetwork(network: Row): void {
  if (!network.bool('managed')) throw new XenFailure('NETWORK_UNMANAGED', network.ref);
}

/** @throws XenFailure PIF_UNMANAGED */
export function requireManaged(pif: Row): void {
  if (!pif.bool('managed')) throw new XenFailure('PIF_UNMANAGED', pif.ref);
}

/** A host joins a network with one PIF. @throws XenFailure NETWORK_ALREADY_CONNECTED[host, the other PIF] */
export function requireNoOtherPif(sim: SimPool, network: Row, host: string): void {
  const other = sim.db.follow('PIF', network.set('PIFs')).find((pif) => pif.link('host') === host);
  if (other !== undefined) throw new XenFailure('NETWORK_ALREADY_CONNECTED', host, other.ref);
}

export function isBondSlave(pif: Row): boolean {
  return pif.link('bond_slave_of') !== NULL_REF;
}

/** @throws XenFailure PIF_ALREADY_BONDED */
export function requireNotBonded(pif: Row): void {
  if (isBondSlave(pif)) throw new XenFailure('PIF_ALREADY_BONDED', pif.ref);
}

/** @throws XenFailure PIF_VLAN_STILL_EXISTS */
export function requireNoVlans(pif: Row): void {
  if (pif.set('VLAN_slave_of').length > 0) throw new XenFailure('PIF_VLAN_STILL_EXISTS', pif.ref);
}

/** @throws XenFailure PIF_TUNNEL_STILL_EXISTS */
export function requireNoTunnels(pif: Row): void {
  if (pif.set('tunnel_transport_PIF_of').length > 0) throw new XenFailure('PIF_TUNNEL_STILL_EXISTS', pif.ref);
}

/** @throws XenFailure PIF_IS_MANAGEMENT_INTERFACE */
export function requireNotManagement(pif: Row): void {
  if (pif.bool('management')) throw new XenFailure('PIF_IS_MANAGEMENT_INTERFACE', pif.ref);
}

export function isTunnelAccess(pif: Row): boolean {
  return pif.set('tunnel_access_PIF_of').length > 0;
}
