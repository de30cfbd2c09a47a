/** Lists what can be bought. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  listImages,
  listPrices,
  listServerTypes,
  listZones,
  type ImageRecord,
  type Page,
  type PageRequest,
  type PriceRecord,
  type ServerTypeRecord,
  type ZoneRecord,
} from '@openvsys/persistence';

@Injectable()
export class ReadCatalog {
  constructor(private readonly database: Database) {}

  async listServerTypes(page: PageRequest): Promise<Page<ServerTypeRecord>> {
    return this.database.session(async (session) => listServerTypes(session, page));
  }

  async listImages(page: PageRequest): Promise<Page<ImageRecord>> {
    return this.database.session(async (session) => listImages(session, page));
  }

  async listPrices(page: PageRequest): Promise<Page<PriceRecord>> {
    return this.database.session(async (session) => listPrices(session, page));
  }

  async listZones(page: PageRequest): Promise<Page<ZoneRecord>> {
    return this.database.session(async (session) => listZones(session, page));
  }
}
