/** Descriptors of other formats as ours. Stores nothing: what came out is looked at first, then posted. */
import { Injectable } from '@nestjs/common';
import { Database, listServerTypes } from '@openvsys/persistence';
import {
  importForm,
  importOvf,
  printDescriptor,
  type Imported,
  type ImportWish,
  type XmlSource,
} from '@openvsys/vsys';

/** More than any catalogue has. */
const MOST_TYPES = 1_000;

export interface ImportedText extends Imported {
  /** YAML. */
  readonly source: string;
}

@Injectable()
export class ImportDescriptor {
  constructor(private readonly database: Database) {}

  /**
   * An OVF envelope. Throws `invalid-request` when it is none or wants servers larger than any type that is sold,
   * `invalid-descriptor` for a name that is none and systems beyond the limits of descriptors.
   */
  async fromOvf(envelope: XmlSource, wish: Omit<ImportWish, 'types'>): Promise<ImportedText> {
    return this.imported(importOvf, envelope, wish);
  }

  /** Fujitsu's XML form. Throws as for OVF, with the place in the document. */
  async fromFujitsu(form: XmlSource, wish: Omit<ImportWish, 'types'>): Promise<ImportedText> {
    return this.imported(importForm, form, wish);
  }

  private async imported(
    read: (source: XmlSource, wish: ImportWish) => Imported,
    source: XmlSource,
    wish: Omit<ImportWish, 'types'>,
  ): Promise<ImportedText> {
    const { items } = await this.database.session(async (session) =>
      listServerTypes(session, { limit: MOST_TYPES }),
    );
    const types = items.filter(({ kind, deprecated }) => kind === 'server' && !deprecated);
    const imported = read(source, { ...wish, types });
    return { ...imported, source: printDescriptor(imported.descriptor) };
  }
}
