/** Organizations and VDCs by id or by the name that people know them by. */
import { listOrganizations, listVdcs, listZones, type Client, type VdcView } from '@openvsys/api-client';
import { CliError, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { answerOf } from './answer.js';
import { rowsOf } from './pages.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** The id for an id or a name; without either the only VDC there is. */
export async function getVdcId(client: Client, idOrName: string | undefined): Promise<string> {
  if (idOrName !== undefined && UUID.test(idOrName)) return idOrName;
  const { items } = await answerOf(listVdcs({ client }));
  return (idOrName === undefined ? onlyVdc(items) : vdcCalled(items, idOrName)).id;
}

function onlyVdc(vdcs: readonly VdcView[]): VdcView {
  const [first, ...others] = vdcs;
  if (first === undefined) {
    throw new CliError('There is no VDC yet.', EXIT.notFound, {
      remedy: 'Create one: `vsysctl vdcs create NAME`.',
    });
  }
  if (others.length === 0) return first;
  const names = vdcs.map(({ name }) => name).join(', ');
  throw usageError('There are several VDCs.', `Name one with --vdc: ${names}.`);
}

function vdcCalled(vdcs: readonly VdcView[], wanted: string): VdcView {
  const [first, ...others] = vdcs.filter(({ name }) => name === wanted);
  if (first === undefined) {
    throw new CliError(`No VDC has the id or name “${wanted}”.`, EXIT.notFound, {
      remedy: 'See `vsysctl vdcs list`.',
    });
  }
  if (others.length === 0) return first;
  // Only the provider sees VDCs of several organizations.
  const ids = [first, ...others].map(({ id }) => id).join(', ');
  throw usageError(`Several VDCs have the name “${wanted}”.`, `Name one by its id: ${ids}.`);
}

/** The id for an id or a contract. */
export async function getOrganizationId(client: Client, idOrContract: string): Promise<string> {
  if (UUID.test(idOrContract)) return idOrContract;
  const all = rowsOf(async (query) => answerOf(listOrganizations({ client, query })));
  for await (const { id, contract } of all) if (contract === idOrContract) return id;
  throw new CliError(`No organization has the id or contract “${idOrContract}”.`, EXIT.notFound, {
    remedy: 'See `vsysctl tenants list`.',
  });
}

/** The id for an id or a name. */
export async function getZoneId(client: Client, idOrName: string): Promise<string> {
  for await (const { id, name } of rowsOf(async (query) => answerOf(listZones({ client, query })))) {
    if (id === idOrName || name === idOrName) return id;
  }
  throw usageError(`No zone has the id or name “${idOrName}”.`, 'See `vsysctl zones list`.');
}
