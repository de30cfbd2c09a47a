/** Disks and networks by id or by `SYSTEM/NAME`. */
import type { Client } from '@openvsys/api-client';
import { CliError, usageError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { getVsysDetail } from './find-vsys.js';

const KINDS = {
  disk: { id: /^[A-Z0-9]{8}-[A-Z0-9]{9}-D-\d+$/, list: 'vdisks' },
  network: { id: /^[A-Z0-9]{8}-[A-Z0-9]{9}-N-[A-Z0-9-]+$/, list: 'vnets' },
} as const;

/** The id. Throws when there is no such part. */
export async function getPartId(client: Client, kind: keyof typeof KINDS, idOrPath: string): Promise<string> {
  const { id, list } = KINDS[kind];
  if (id.test(idOrPath)) return idOrPath;
  const [system, name, ...rest] = idOrPath.split('/');
  if (system === undefined || name === undefined || rest.length > 0)
    throw usageError(
      `“${idOrPath}” names no ${kind}.`,
      `Give its id, or the system and the ${kind} like shop/data.`,
    );
  const detail = await getVsysDetail(client, system);
  const found = detail[list].find((part) => part.name === name);
  if (found !== undefined) return found.id;
  throw new CliError(`${system} has no ${kind} “${name}”.`, EXIT.notFound, {
    remedy: `See \`vsysctl vsys show ${system}\`.`,
  });
}
