/** The catalog as admission reads it and the provider writes it: the same for every tenant. */
import type { OrganizationId } from '@openvsys/vsys';
import type { Session } from '../session.js';
import { listOfferedImages, type VisibleImage } from './images/image-rows.js';
import type { ImageRecord, ServerTypeRecord } from './reads/catalog.reads.js';

/** Everything that an allocation may need to look up; some dozens of rows. */
export interface WholeCatalog {
  readonly serverTypes: readonly ServerTypeRecord[];
  readonly images: readonly VisibleImage[];
}

const SERVER_TYPES = `
SELECT name, vcpus, memory_mib AS "memoryMiB", kind, deprecated FROM server_type ORDER BY name`;

/** With the images that the organization sees; null: those of the provider alone. */
export async function readCatalog(
  session: Session,
  organization: OrganizationId | null,
): Promise<WholeCatalog> {
  const serverTypes = await session.rows<ServerTypeRecord>(SERVER_TYPES);
  return { serverTypes, images: await listOfferedImages(session, organization) };
}

/** Adds what is new and overwrites what has the same name. */
export async function putServerTypes(session: Session, types: readonly ServerTypeRecord[]): Promise<void> {
  await session.change(
    `INSERT INTO server_type (name, vcpus, memory_mib, kind, deprecated)
     SELECT t.name, t.vcpus, t."memoryMiB", t.kind, t.deprecated FROM jsonb_to_recordset($1::jsonb)
       AS t(name text, vcpus integer, "memoryMiB" integer, kind text, deprecated boolean)
     ON CONFLICT (name) DO UPDATE SET vcpus = excluded.vcpus, memory_mib = excluded.memory_mib, kind = excluded.kind,
       deprecated = excluded.deprecated`,
    [JSON.stringify(types)],
  );
}

/** Adds what is new and overwrites what has the same name. */
export async function putDiskImages(session: Session, images: readonly ImageRecord[]): Promise<void> {
  await session.change(
    `INSERT INTO disk_image (name, family, title, os, system_disk_gib, min_memory_mib, kind, deprecated)
     SELECT i.name, i.name, i.title, i.os, i."systemDiskGiB", i."minMemoryMiB", i.kind, i.deprecated
     FROM jsonb_to_recordset($1::jsonb) AS i(name text, title text, os text, "systemDiskGiB" integer,
       "minMemoryMiB" integer, kind text, deprecated boolean)
     ON CONFLICT (name) DO UPDATE SET title = excluded.title, os = excluded.os,
       system_disk_gib = excluded.system_disk_gib, min_memory_mib = excluded.min_memory_mib, kind = excluded.kind,
       deprecated = excluded.deprecated`,
    [JSON.stringify(images)],
  );
}

/** False when there is one of this name. Sizes of what is offered never change: systems and bills refer to them. */
export async function insertServerType(session: Session, type: ServerTypeRecord): Promise<boolean> {
  const inserted = await session.change(
    `INSERT INTO server_type (name, vcpus, memory_mib, kind, deprecated) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [type.name, type.vcpus, type.memoryMiB, type.kind, type.deprecated],
  );
  return inserted === 1;
}

/** False when there is one of this name. */
export async function insertDiskImage(session: Session, image: ImageRecord): Promise<boolean> {
  const { name, title, os, systemDiskGiB, minMemoryMiB, kind, deprecated } = image;
  const inserted = await session.change(
    `INSERT INTO disk_image (name, family, title, os, system_disk_gib, min_memory_mib, kind, deprecated)
     VALUES ($1, $1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
    [name, title, os, systemDiskGiB, minMemoryMiB, kind, deprecated],
  );
  return inserted === 1;
}

/** The type as it is then; undefined when there is none of this name. */
export async function changeServerType(
  session: Session,
  name: string,
  change: { readonly deprecated: boolean },
): Promise<ServerTypeRecord | undefined> {
  return session.first<ServerTypeRecord>(
    `UPDATE server_type SET deprecated = $2 WHERE name = $1
     RETURNING name, vcpus, memory_mib AS "memoryMiB", kind, deprecated`,
    [name, change.deprecated],
  );
}
