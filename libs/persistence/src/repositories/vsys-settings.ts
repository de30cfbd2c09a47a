/** What is set on a system beside its spec. A system without a row has nothing set: version 0. */
import type { ExpiryAction, LeaseStep, Tags, VdcId, VsysId } from '@openvsys/vsys';
import type { Session } from '../session.js';

export interface VsysSettings {
  /** Counts the changes; 0: nothing was ever set. */
  readonly version: number;
  readonly protected: boolean;
  readonly notes: string;
  readonly tags: Tags;
  readonly externalId: string | null;
  readonly expiresAt: Date | null;
  readonly expiryAction: ExpiryAction | null;
  /** How far the lease is. */
  readonly leaseStep: LeaseStep;
}

export type SettingsChange = Omit<VsysSettings, 'version'>;

/** Of a system that the caller has read or locked within its scope. */
export async function getVsysSettings(session: Session, id: VsysId): Promise<VsysSettings> {
  const row = await session.first<VsysSettings>(
    `SELECT coalesce(s.version, 0) AS version, coalesce(s.protected, FALSE) AS protected, coalesce(s.notes, '') AS notes,
       coalesce(s.tags, '{}') AS tags, v.external_id AS "externalId", s.expires_at AS "expiresAt",
       s.expiry_action AS "expiryAction", coalesce(s.lease_step, 0) AS "leaseStep"
     FROM vsys v LEFT JOIN vsys_settings s ON s.vsys_id = v.id WHERE v.id = $1`,
    [id],
  );
  return row ?? { ...NOTHING_SET, version: 0 };
}

export const NOTHING_SET: SettingsChange = {
  protected: false,
  notes: '',
  tags: {},
  externalId: null,
  expiresAt: null,
  expiryAction: null,
  leaseStep: 0,
};

/** The system must be locked. Throws `conflict` for an external id that another system has. */
export async function writeVsysSettings(session: Session, id: VsysId, next: SettingsChange): Promise<void> {
  await session.change('UPDATE vsys SET external_id = $2 WHERE id = $1 AND external_id IS DISTINCT FROM $2', [
    id,
    next.externalId,
  ]);
  await session.change(
    `INSERT INTO vsys_settings AS s (vsys_id, version, protected, notes, tags, expires_at, expiry_action, lease_step, search)
     VALUES ($1, 1, $2, $3, $4::jsonb, $5, $6, $7, $8)
     ON CONFLICT (vsys_id) DO UPDATE SET version = s.version + 1, protected = excluded.protected,
       notes = excluded.notes, tags = excluded.tags, expires_at = excluded.expires_at,
       expiry_action = excluded.expiry_action, lease_step = excluded.lease_step, search = excluded.search`,
    [
      id,
      next.protected,
      next.notes,
      JSON.stringify(next.tags),
      next.expiresAt,
      next.expiryAction,
      next.leaseStep,
      searchTextOf(next),
    ],
  );
}

function searchTextOf({ notes, tags, externalId }: SettingsChange): string {
  const words = Object.entries(tags).map(([key, value]) => `${key}:${value}`);
  return [externalId ?? '', ...words, notes].join('\n').toLowerCase();
}

/** How many hours deleted systems of the VDC stay in the recycle bin; 0: they are deleted at once. */
export async function getBinHours(session: Session, vdcId: VdcId): Promise<number> {
  const row = await session.first<{ hours: number }>(
    'SELECT bin_hours AS hours FROM vdc_settings WHERE vdc_id = $1',
    [vdcId],
  );
  return row?.hours ?? 0;
}

/** Of systems that are deleted from now on. The VDC must have been read within the caller's scope. */
export async function setBinHours(session: Session, vdcId: VdcId, hours: number): Promise<void> {
  await session.change(
    `INSERT INTO vdc_settings (vdc_id, bin_hours) VALUES ($1, $2)
     ON CONFLICT (vdc_id) DO UPDATE SET bin_hours = excluded.bin_hours`,
    [vdcId, hours],
  );
}

/** The system must be locked. `null`: out of the bin. */
export async function setBinned(
  session: Session,
  id: VsysId,
  bin: { readonly at: Date; readonly purgeAt: Date } | null,
): Promise<void> {
  await session.change('UPDATE vsys SET binned_at = $2, purge_at = $3 WHERE id = $1', [
    id,
    bin?.at ?? null,
    bin?.purgeAt ?? null,
  ]);
}
