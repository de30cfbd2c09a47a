/** Pools and their hosts by the names that people use. */
import { getPool, listPools, type Client } from '@openvsys/api-client';
import { answerOf } from '../../api/answer.js';
import { rowsOf } from '../../api/pages.js';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-codes.js';

/** Throws `CliError` for an unknown pool. */
export async function getPoolId(client: Client, idOrName: string): Promise<string> {
  for await (const { id, name } of rowsOf(async (query) => answerOf(listPools({ client, query })))) {
    if (id === idOrName || name === idOrName) return id;
  }
  throw new CliError(`No pool has the id or name “${idOrName}”.`, EXIT.notFound, {
    remedy: 'See `vsysctl pools list`.',
  });
}

/** Throws `CliError` for an unknown host, and for a name that several hosts have. */
export async function getHostUuid(client: Client, poolId: string, uuidOrName: string): Promise<string> {
  const { hosts } = await answerOf(getPool({ client, path: { poolId } }));
  const found = hosts.filter(({ uuid, name }) => uuid === uuidOrName || name === uuidOrName);
  const [host, ...others] = found;
  if (host !== undefined && others.length === 0) return host.uuid;
  const message =
    host === undefined
      ? `The pool has no host “${uuidOrName}”.`
      : `${found.length} hosts are called “${uuidOrName}”; give the uuid.`;
  throw new CliError(message, EXIT.notFound, { remedy: 'See `vsysctl pools show`.' });
}
