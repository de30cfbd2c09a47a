/** The rules of each appliance with names resolved to the addresses of a spec: what libs/efm renders. */
import { applianceNames } from '../../efm/design-efm.js';
import { interfacesOf, uplinkOf, type AddressBook, type InputContext } from '../../efm/input-context.js';
import { entriesOf, inputOf, type EfmDesign, type ModuleInput } from '../../efm/registry.js';
import type { SystemConnections } from '../../efm/firewall/connections-input.js';
import type { PairInput } from '../../efm/appliance-input.js';
import type { VsysDesign } from '../bind/vsys-design.js';

export type { AddressBook };

export interface ApplianceModule {
  readonly appliance: string;
  readonly efm: EfmDesign;
  readonly input: ModuleInput;
}

/** One an appliance, in the order of the design. */
export function moduleInputs(
  { efms }: VsysDesign,
  book: AddressBook,
  connections?: SystemConnections,
): ApplianceModule[] {
  const entries = efms.flatMap((efm) => entriesOf(efm).map((entry) => ({ ...entry, efm: efm.name })));
  return efms.flatMap((efm, index) =>
    applianceNames(efm.name, efm.redundant === true).map((appliance) => {
      const context: InputContext = {
        book,
        efms,
        entries: entries.filter((entry) => entry.efm !== efm.name),
        appliance,
        interfaces: interfacesOf(appliance, book),
        uplink: uplinkOf(appliance, book),
        pair: pairOf(efm, appliance, index, book),
        ...(connections === undefined ? {} : { connections }),
      };
      return { appliance, efm, input: inputOf(efm, context) };
    }),
  );
}

/** The two talk in the first VNet of the EFM. Router ids count the EFMs, of which a VSYS has few. */
function pairOf(efm: EfmDesign, appliance: string, index: number, book: AddressBook): PairInput | null {
  if (efm.redundant !== true) return null;
  const other = applianceNames(efm.name, true).find((name) => name !== appliance) ?? '';
  const zone = efm.nics[0]?.vnet ?? '';
  const peer = interfacesOf(other, book).find((nic) => nic.zone === zone);
  if (!peer) return null;
  return { member: appliance === efm.name ? 1 : 2, zone, peerAddress: peer.address, routerId: index + 1 };
}
