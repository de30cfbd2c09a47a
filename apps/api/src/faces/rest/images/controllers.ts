/** Controllers of images. */
import type { Type } from '@nestjs/common';
import { ImageCopyKeysController } from './image-copy-keys.controller.js';
import { ImageExportsController } from './image-exports.controller.js';
import { ImageOperationsController } from './image-operations.controller.js';
import { ImagePlacesController } from './image-places.controller.js';
import { ImageSharingController } from './image-sharing.controller.js';
import { ImagesController } from './images.controller.js';

export const IMAGE_CONTROLLERS: readonly Type<object>[] = [
  ImagesController,
  ImagePlacesController,
  ImageSharingController,
  ImageCopyKeysController,
  ImageExportsController,
  ImageOperationsController,
];
