// Purpose: writes to a disk as a guest or an import does: the bytes into the content store, what they take onto the SR.
import { ALLOCATION_BYTES } from './content/layer-tree.js';
import { LAYER_FIELD, unitAt } from './content/disk-contents.js';
import { adjustSpace, OWN_BYTES, requireSpace } from './space.js';
import { growsByWriting } from './storage-drivers.js';
import { noteChanges } from './changed-blocks.js';
import { XenFailure } from '../core/failure.js';
import type { Layer } from './content/layer-tree.js';
import type { Row } from '../database/row.js';
import type { SimPool } from '../core/sim-pool.js';

/** Rows are brought up to date after this many bytes: often enough for watchers, seldom enough for events. */
const FLUSH_BYTES = 64 * 2 ** 20;

export class DiskWriter {
  private readonly units: Set<number>;
  private newUnits = 0;
  private sinceFlush = 0;
  private readonly sr: Row;

  constructor(
    private readonly sim: SimPool,
    private readonly vdi: Row,
  ) {
    this.sr = sim.db.get('SR', vdi.link('SR'));
    this.units = sim.contents.allocatedUnits(vdi);
  }

  /** @throws XenFailure VDI_IO_ERROR outside the disk, SR_BACKEND_FAILURE_44 when the SR is full, HANDLE_INVALID */
  write(offset: number, bytes: Uint8Array): void {
    if (!this.vdi.alive) throw new XenFailure('HANDLE_INVALID', 'VDI', this.vdi.ref);
    if (offset + bytes.length > this.vdi.int('virtual_size'))
      throw new XenFailure('VDI_IO_ERROR', 'Device I/O errors');
    if (bytes.length === 0) return;
    this.allocate(offset, bytes.length);
    this.sim.contents.write(this.layer(), offset, bytes);
    noteChanges(this.sim, this.vdi, offset, bytes.length);
    this.sinceFlush += bytes.length;
    if (this.sinceFlush >= FLUSH_BYTES) this.flush();
  }

  /** Brings the rows up to date; to be called at the end, failed or not. */
  flush(): void {
    this.sinceFlush = 0;
    const bytes = this.newUnits * ALLOCATION_BYTES;
    this.newUnits = 0;
    if (bytes === 0 || !this.vdi.alive) return;
    this.sim.db.update(this.vdi, { [OWN_BYTES]: this.vdi.int(OWN_BYTES) + bytes });
    if (!this.grows()) return;
    this.sim.db.update(this.vdi, { physical_utilisation: this.vdi.int('physical_utilisation') + bytes });
    if (this.sr.alive) adjustSpace(this.sim, this.sr, bytes, 0);
  }

  private allocate(offset: number, length: number): void {
    for (let unit = unitAt(offset); unit <= unitAt(offset + length - 1); unit += 1) {
      if (this.units.has(unit)) continue;
      if (this.grows()) requireSpace(this.sr, (this.newUnits + 1) * ALLOCATION_BYTES);
      this.units.add(unit);
      this.newUnits += 1;
    }
  }

  private grows(): boolean {
    return growsByWriting(this.sr.text('type'));
  }

  private layer(): Layer {
    const known = this.sim.contents.layerOf(this.vdi);
    if (known !== undefined) return known;
    const made = this.sim.contents.newLayer();
    this.sim.db.update(this.vdi, { [LAYER_FIELD]: made.id });
    return made;
  }
}

/** Writes to a disk as its guest would. @throws as DiskWriter.write */
export function writeDisk(sim: SimPool, vdi: Row, offset: number, bytes: Uint8Array): void {
  const writer = new DiskWriter(sim, vdi);
  try {
    writer.write(offset, bytes);
  } finally {
    writer.flush();
  }
}
