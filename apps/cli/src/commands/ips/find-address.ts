/** Public addresses of a VDC by id, name or address. */
import { listPublicAddresses, listVdcs, type AllocatedAddressView, type Client } from '@openvsys/api-client';
import { answerOf } from '../../api/answer.js';
import { CliError, usageError } from '../../cli-error.js';
import { EXIT } from '../../exit-codes.js';

export const ADDRESS_ARGUMENT = ['<address>', 'id, name or address'] as const;

/** Looks in all VDCs that one sees. Throws when there is none, and when several have the name. */
export async function getAllocatedAddress(client: Client, wanted: string): Promise<AllocatedAddressView> {
  const { items: vdcs } = await answerOf(listVdcs({ client }));
  const lists = await Promise.all(
    vdcs.map(async ({ id }) => answerOf(listPublicAddresses({ client, path: { vdcId: id } }))),
  );
  const [first, ...others] = lists
    .flatMap(({ items }) => items)
    .filter(({ id, name, address }) => [id, name, address].includes(wanted));
  if (first === undefined)
    throw new CliError(`No allocated address is “${wanted}”.`, EXIT.notFound, {
      remedy: 'See `vsysctl ips list`.',
    });
  if (others.length === 0) return first;
  throw usageError(
    `Several VDCs have an address “${wanted}”.`,
    `Name one by its id: ${[first, ...others].map(({ id }) => id).join(', ')}.`,
  );
}
