/** What people know of an image: its title, whether it is still offered, until when, and what to take instead. */
import { Injectable } from '@nestjs/common';
import { changeImageFacts, getVisibleImage, type ImageFacts } from '@openvsys/persistence';
import { DomainError, isProvider } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { requireAppliance } from '../catalog/manage-catalog.js';
import { Transactor } from '../transactor.js';
import { requireAction, requireManager } from './image-owner.js';
import { shownTo, type ShownImage } from './read-images.js';

@Injectable()
export class ChangeImage {
  constructor(private readonly transactor: Transactor) {}

  /** Throws `not-found`, `forbidden` for licences by tenants too, `conflict` when no image for appliances were left, `invalid-request`. */
  async change(call: Call, reference: string, facts: ImageFacts): Promise<ShownImage> {
    requireManager(call);
    if (Object.values(facts).every((fact) => fact === undefined))
      throw new DomainError('invalid-request', 'Nothing is to be changed.', {
        remedy: 'Send `title`, `deprecated`, `deprecatedFrom`, `replacement` or `licence`.',
      });
    if (facts.licence !== undefined) requireProvider(call);
    return this.transactor.change(call, async (session) => {
      const image = await getVisibleImage(session, call.scope, reference);
      requireAction(call, image, 'deprecate');
      await requireReplacement(facts.replacement, image.reference, async (name) =>
        getVisibleImage(session, call.scope, name),
      );
      await changeImageFacts(session, image.template, facts);
      if (image.kind === 'efm') await requireAppliance(session);
      const audit = { organizationId: image.organizationId, verb: 'image.change', resource: image.template };
      const answer = shownTo(call, await getVisibleImage(session, call.scope, image.reference));
      return { answer, audit: { ...audit, detail: { ...facts } } };
    });
  }
}

/** Whoever pays would have licences at no price. */
function requireProvider({ principal }: Call): void {
  if (isProvider(principal)) return;
  throw new DomainError('forbidden', 'Licences of images are set by the provider.', {
    pointer: '/licence',
    remedy: 'Leave `licence` out.',
  });
}

/** Throws `invalid-request` for one that does not exist or is the image itself. */
async function requireReplacement(
  replacement: string | null | undefined,
  own: string,
  get: (name: string) => Promise<{ readonly reference: string }>,
): Promise<void> {
  if (replacement === undefined || replacement === null) return;
  const found = await get(replacement).catch(() => undefined);
  if (found !== undefined && found.reference !== own) return;
  throw new DomainError('invalid-request', `“${replacement}” cannot replace it.`, {
    pointer: '/replacement',
    remedy: 'Name another image that is there.',
  });
}
