/** Whose an image is, and who may change it. */
import type { VisibleImage } from '@openvsys/persistence';
import {
  allowedImageActions,
  DomainError,
  isProvider,
  requirePermission,
  type ImageAction,
} from '@openvsys/vsys';
import type { Call } from '../call.js';

/** True for its organization, and for the provider where it is the provider's. */
export function isOwner(call: Call, image: Pick<VisibleImage, 'organizationId'>): boolean {
  return image.organizationId === call.principal.organizationId;
}

/** What the caller may do with it now. */
export function actionsFor(call: Call, image: VisibleImage): readonly ImageAction[] {
  const actions = allowedImageActions(image.state);
  if (isOwner(call, image))
    return isProvider(call.principal) ? actions.filter((each) => each !== 'share') : actions;
  return isProvider(call.principal) ? actions.filter((each) => each === 'prefetch' || each === 'remove') : [];
}

/** Throws `forbidden` for an image of somebody else, `conflict` when its state does not allow it. */
export function requireAction(call: Call, image: VisibleImage, action: ImageAction): void {
  if (actionsFor(call, image).includes(action)) return;
  if (!isOwner(call, image) && !isProvider(call.principal))
    throw new DomainError('forbidden', `The image “${image.name}” is not of your organization.`, {
      retry: 'never',
      remedy: 'You can make servers of it; make an image of such a server for one of your own.',
    });
  throw new DomainError('conflict', `The image is ${image.state}: ${action} is not possible now.`, {
    retry: 'after-change',
    details: { state: image.state, allowedActions: actionsFor(call, image) },
  });
}

/** Images of the provider need more than those of one's own. Throws `forbidden`. */
export function requireManager(call: Call): void {
  requirePermission(call.principal, isProvider(call.principal) ? 'catalog:manage' : 'image:manage');
}
