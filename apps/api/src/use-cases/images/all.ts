/** Use cases of images. */
import type { Type } from '@nestjs/common';
import { CaptureImage } from './capture-image.js';
import { ChangeImage } from './change-image.js';
import { ExportImage } from './export-image.js';
import { FollowImageOperation } from './follow-image-operation.js';
import { ImageCopyKeys } from './image-copy-keys.js';
import { ImportImage } from './import-image.js';
import { PlaceImage } from './place-image.js';
import { ReadImages } from './read-images.js';
import { ShareImage } from './share-image.js';

export const IMAGE_USE_CASES: readonly Type<object>[] = [
  CaptureImage,
  ChangeImage,
  ExportImage,
  FollowImageOperation,
  ImageCopyKeys,
  ImportImage,
  PlaceImage,
  ReadImages,
  ShareImage,
];
