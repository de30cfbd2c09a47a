// Purpose: blobs: small named files that hang on pools, hosts, VMs, SRs and networks. Their bytes travel over HTTP.
import { compactDate } from '../datamodel/xen-value.js';
import { mapDuplicateKey } from '../core/failure.js';
import { quick, type Behaviour, type BehaviourTable } from '../dispatch/behaviour.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Classes with a `blobs` map (XenAPI create_new_blob). */
const OWNERS = ['VM', 'host', 'SR', 'network', 'pool'] as const;
const ANY_BYTES = 'application/octet-stream';

function createBlob(sim: SimPool, mimeType: string, isPublic: boolean): Row {
  return sim.db.create('blob', { mime_type: mimeType === '' ? ANY_BYTES : mimeType, public: isPublic });
}

/** XenAPI create_new_blob(self, name, mime_type, public). @throws XenFailure MAP_DUPLICATE_KEY */
function creatorOn(cls: string): Behaviour {
  return quick(({ sim }, args) => {
    const owner = sim.db.get(cls, args.ref(0));
    const name = args.text(1);
    const blobs = owner.map('blobs');
    if (Object.hasOwn(blobs, name)) throw mapDuplicateKey(owner, 'blobs', name);
    const blob = createBlob(sim, args.text(2), args.flag(3));
    sim.db.update(owner, { blobs: { ...blobs, [name]: blob.ref } });
    return blob.ref;
  });
}

/** Takes a blob off whatever it hangs on. */
function removeBlob(sim: SimPool, blob: Row): void {
  for (const owner of OWNERS.flatMap((cls) => sim.db.rows(cls))) {
    const entries = Object.entries(owner.map('blobs'));
    const others = entries.filter(([, ref]) => ref !== blob.ref);
    if (others.length < entries.length) sim.db.update(owner, { blobs: Object.fromEntries(others) });
  }
  sim.db.remove(blob);
}

/** An object that goes takes its blobs along. */
export function removeBlobsOf(sim: SimPool, owner: Row): void {
  for (const blob of sim.db.follow('blob', Object.values(owner.map('blobs')))) sim.db.remove(blob);
}

/** The bytes are kept in the row as base64, so that they survive in a saved state. */
export function writeBlob(sim: SimPool, blob: Row, bytes: Buffer): void {
  sim.db.update(blob, {
    content_base64: bytes.toString('base64'),
    size: bytes.length,
    last_updated: compactDate(sim.clock.now()),
  });
}

export function readBlob(blob: Row): Buffer {
  return Buffer.from(blob.text('content_base64'), 'base64');
}

export const BLOB: BehaviourTable = {
  'blob.create': quick(({ sim }, args) => createBlob(sim, args.text(0), args.flag(1)).ref),
  'blob.destroy': quick(({ sim }, args) => removeBlob(sim, sim.db.get('blob', args.ref(0)))),
  ...Object.fromEntries(OWNERS.map((cls) => [`${cls}.create_new_blob`, creatorOn(cls)])),
};
