/** Systems by id or by name; servers by id or by `SYSTEM/SERVER`. */
import {
  getVsys,
  listVServers,
  listVsys,
  type Client,
  type VServerView,
  type VsysView,
} from '@openvsys/api-client';
import { CliError, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { answerOf } from './answer.js';
import { rowsOf } from './pages.js';

/** Contract and system, e.g. `DEMO0001-7K2M9QXPA`; names of systems are given by people and rarely look so. */
const VSYS_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}$/;
const VSERVER_ID = /^[A-Z0-9]{8}-[A-Z0-9]{9}-S-\d+$/;

/** The id for an id or a name. Throws when no system has the name, or several have. */
export async function getVsysId(client: Client, idOrName: string): Promise<string> {
  if (VSYS_ID.test(idOrName)) return idOrName;
  const { items } = await answerOf(listVsys({ client, query: { name: idOrName, limit: 10 } }));
  const [first, ...others] = items;
  if (first === undefined) throw notFound(`No VSYS has the id or name “${idOrName}”.`, 'vsysctl vsys list');
  if (others.length === 0) return first.id;
  throw usageError(`Several VSYS have the name “${idOrName}”.`, `Name one by its id: ${idsOf(items)}.`);
}

/** The same, looking into the recycle bin when there is none outside. */
export async function getAnyVsysId(client: Client, idOrName: string): Promise<string> {
  if (VSYS_ID.test(idOrName)) return idOrName;
  const query = { name: idOrName, binned: true, limit: 10 };
  const { items } = await answerOf(listVsys({ client, query }));
  const [only, ...others] = items;
  const outside = await answerOf(listVsys({ client, query: { name: idOrName, limit: 1 } }));
  if (only === undefined || outside.items.length > 0) return getVsysId(client, idOrName);
  if (others.length === 0) return only.id;
  throw usageError(`Several VSYS have the name “${idOrName}”.`, `Name one by its id: ${idsOf(items)}.`);
}

/** The id for an id or `SYSTEM/SERVER`. */
export async function getVServerId(client: Client, idOrPath: string): Promise<string> {
  if (VSERVER_ID.test(idOrPath)) return idOrPath;
  const [system, name, ...rest] = idOrPath.split('/');
  if (system === undefined || name === undefined || rest.length > 0) {
    throw usageError(
      `“${idOrPath}” names no server.`,
      'Give its id, or the system and the server like shop/web-1.',
    );
  }
  const vsys = await getVsysId(client, system);
  for await (const server of serversOf(client, vsys)) if (server.name === name) return server.id;
  throw notFound(`${system} has no server “${name}”.`, `vsysctl vservers list --vsys ${system}`);
}

export function serversOf(client: Client, vsys: string): AsyncGenerator<VServerView> {
  return rowsOf(async (query) => answerOf(listVServers({ client, query: { ...query, vsys } })));
}

export async function getVsysDetail(client: Client, idOrName: string) {
  const vsysId = await getVsysId(client, idOrName);
  return answerOf(getVsys({ client, path: { vsysId } }));
}

function idsOf(systems: readonly VsysView[]): string {
  return systems.map(({ id }) => id).join(', ');
}

function notFound(message: string, listing: string): CliError {
  return new CliError(message, EXIT.notFound, { remedy: `See \`${listing}\`.` });
}
