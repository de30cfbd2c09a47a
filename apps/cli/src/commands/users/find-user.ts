/** Users by id or by name. */
import { listUsers, type Client, type UserView } from '@openvsys/api-client';
import { answerOf } from '../../api/answer.js';
import { CliError, usageError } from '../../cli-error.js';
import { EXIT } from '../../exit-codes.js';

/** Throws when there is none, or, for the provider, one in several organizations. */
export async function getUser(client: Client, idOrName: string): Promise<UserView> {
  const { items } = await answerOf(listUsers({ client }));
  const [first, ...others] = items.filter(({ id, name }) => id === idOrName || name === idOrName);
  if (first === undefined) {
    throw new CliError(`No user has the id or name “${idOrName}”.`, EXIT.notFound, {
      remedy: 'See `vsysctl users list`.',
    });
  }
  if (others.length === 0) return first;
  const ids = [first, ...others].map(({ id }) => id).join(', ');
  throw usageError(`Several users have the name “${idOrName}”.`, `Name one by its id: ${ids}.`);
}
