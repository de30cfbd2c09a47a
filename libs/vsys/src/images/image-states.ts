/**
 * The life of an image.
 *
 *   awaiting-upload ──all bytes──► importing ──first place──► available ──remove──► removing ──► removed
 *          │ given up                  │ no place                                      ▲
 *          └───────────► failed ◄──────┘ ──────────────────remove──────────────────────┘
 */
export const IMAGE_STATES = [
  'awaiting-upload',
  'importing',
  'available',
  'failed',
  'removing',
  'removed',
] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

/** What can be sent; `ovf` alone would need its disks beside it: pack both as `ova`. */
export const UPLOAD_FORMATS = ['xva', 'ova', 'vhd', 'vmdk', 'raw'] as const;
export type UploadFormat = (typeof UPLOAD_FORMATS)[number];

/** What an image or a server can be taken out as. */
export const EXPORT_FORMATS = ['xva', 'raw', 'vhd'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const IMAGE_VISIBILITIES = ['public', 'private', 'shared'] as const;
/** `public`: the provider's · `private`: of the caller's organization · `shared`: of another one that gave a key. */
export type ImageVisibility = (typeof IMAGE_VISIBILITIES)[number];

export const IMAGE_ACTIONS = ['upload', 'export', 'prefetch', 'share', 'deprecate', 'remove'] as const;
export type ImageAction = (typeof IMAGE_ACTIONS)[number];

const OF_STATE: Readonly<Record<ImageState, readonly ImageAction[]>> = {
  'awaiting-upload': ['upload', 'remove'],
  importing: [],
  available: ['export', 'prefetch', 'share', 'deprecate', 'remove'],
  failed: ['remove'],
  removing: ['remove'], // once more, when a pool was away
  removed: [],
};

/** What its owner may do with an image now; others may do nothing but use it. */
export const allowedImageActions = (state: ImageState): readonly ImageAction[] => OF_STATE[state];
