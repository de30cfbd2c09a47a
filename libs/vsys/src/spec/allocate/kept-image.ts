/** Whether a server that is there keeps its image under what the descriptor says now. */
import { parseImageReference } from '../../images/image-reference.js';
import { templateOf, type Catalog } from './allocation.js';

/**
 * True when `wanted` still means the template that the server was made from: the same version, or the name alone, whatever
 * its newest version is by now.
 */
export function keepsImage({ images }: Catalog, template: string, wanted: string): boolean {
  if (template === wanted) return true;
  return images.some(
    (image) =>
      templateOf(image) === template &&
      (image.name === wanted || parseImageReference(image.name)?.name === wanted),
  );
}
