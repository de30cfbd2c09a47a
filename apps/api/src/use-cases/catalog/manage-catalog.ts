/**
 * Offers server types and images, and ends that. What was offered once stays: systems, specs and bills name it.
 *
 *   offered ──deprecate──► deprecated: existing systems keep it, new ones are refused
 *      ▲──────offer again──────┘
 */
import { Injectable } from '@nestjs/common';
import {
  changeServerType,
  insertDiskImage,
  insertServerType,
  readCatalog,
  type ImageRecord,
  type ServerTypeRecord,
  type Session,
} from '@openvsys/persistence';
import { DomainError } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

@Injectable()
export class ManageCatalog {
  constructor(private readonly transactor: Transactor) {}

  /** Throws `conflict` when there is one of this name. */
  async createServerType(call: Call, type: Omit<ServerTypeRecord, 'deprecated'>): Promise<ServerTypeRecord> {
    return this.transactor.change(call, async (session) => {
      const answer = { ...type, deprecated: false };
      if (!(await insertServerType(session, answer))) throw taken('a server type', type.name);
      return { answer, audit: auditOf('server-type.create', type.name, type) };
    });
  }

  /** Throws `not-found`, and `conflict` when no type for appliances were left. */
  async changeServerType(
    call: Call,
    name: string,
    change: { readonly deprecated: boolean },
  ): Promise<ServerTypeRecord> {
    return this.transactor.change(call, async (session) => {
      const answer = await changeServerType(session, name, change);
      if (answer === undefined) throw unknown('server type', name);
      await requireAppliance(session);
      return { answer, audit: auditOf('server-type.change', name, change) };
    });
  }

  /** Throws `conflict` when there is one of this name. */
  async createImage(call: Call, image: Omit<ImageRecord, 'deprecated'>): Promise<ImageRecord> {
    return this.transactor.change(call, async (session) => {
      const answer = { ...image, deprecated: false };
      if (!(await insertDiskImage(session, answer))) throw taken('an image', image.name);
      return { answer, audit: auditOf('image.create', image.name, image) };
    });
  }
}

/** Every design may have EFMs: without an image and a type for their appliances nothing could be designed. */
export async function requireAppliance(session: Session): Promise<void> {
  const { images, serverTypes } = await readCatalog(session, null);
  if (images.some(isAppliance) && serverTypes.some(isAppliance)) return;
  throw new DomainError('conflict', 'No image or no server type for EFM appliances would be left.', {
    pointer: '/deprecated',
    remedy: 'Offer another one of kind “efm” first.',
    retry: 'after-change',
  });
}

function isAppliance({ kind, deprecated }: { readonly kind: string; readonly deprecated: boolean }): boolean {
  return kind === 'efm' && !deprecated;
}

function auditOf(verb: string, resource: string, detail: object) {
  return { organizationId: null, verb, resource, detail };
}

function taken(what: string, name: string): DomainError {
  return new DomainError('conflict', `There is ${what} “${name}” already.`, {
    pointer: '/name',
    remedy: 'Sizes never change once they are offered: take a new name, and deprecate the old one.',
    retry: 'after-change',
  });
}

function unknown(what: string, name: string): DomainError {
  return new DomainError('not-found', `No ${what} has the name “${name}”.`);
}
