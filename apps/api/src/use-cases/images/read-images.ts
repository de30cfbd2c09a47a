/** Shows images with what the caller may do with them. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getVisibleImage,
  listImagePlaces,
  listVisibleImages,
  type ImageFilter,
  type ImagePlace,
  type Page,
  type PageRequest,
  type VisibleImage,
} from '@openvsys/persistence';
import type { ImageAction } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { actionsFor, isOwner } from './image-owner.js';

export interface ShownImage extends VisibleImage {
  readonly allowedActions: readonly ImageAction[];
}

@Injectable()
export class ReadImages {
  constructor(private readonly database: Database) {}

  /** The provider's, the own ones and those that are shared with the caller, by name and version. */
  async list(call: Call, filter: ImageFilter, page: PageRequest): Promise<Page<ShownImage>> {
    const { items, nextCursor } = await this.database.session(async (session) =>
      listVisibleImages(session, call.scope, filter, page),
    );
    return { items: items.map((image) => shownTo(call, image)), nextCursor };
  }

  /** `reference`: a name, or a name and a version. Throws `not-found`. */
  async get(call: Call, reference: string): Promise<ShownImage> {
    const image = await this.database.session(async (session) =>
      getVisibleImage(session, call.scope, reference),
    );
    return shownTo(call, image);
  }

  /** Throws `not-found`. */
  async places(call: Call, reference: string): Promise<readonly ImagePlace[]> {
    return this.database.session(async (session) => {
      const { template } = await getVisibleImage(session, call.scope, reference);
      return listImagePlaces(session, template);
    });
  }
}

/** What others uploaded is theirs: who merely uses it is not told how. */
export function shownTo(call: Call, image: VisibleImage): ShownImage {
  const allowedActions = actionsFor(call, image);
  if (isOwner(call, image) || call.principal.organizationId === null) return { ...image, allowedActions };
  return { ...image, upload: null, failure: null, allowedActions };
}
