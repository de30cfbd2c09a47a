/**
 * What all our URIs begin with. The configured public URL when it is one that others can reach; else what the caller itself
 * reached us by, so that an installation on one machine works under each of its names.
 */
import type { Request } from 'express';
import { findPublicUrl } from '../../../http/public-url.js';
import type { Dialect } from '../model/dialect.js';

/** Only what cannot be anything but a host in a URI. */
const HOST = /^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$|^\[[0-9a-fA-F:]{2,45}\](?::\d{1,5})?$/;

export function baseUriOf(request: Request, dialect: Dialect, publicUrl: string | null): string {
  const known = findPublicUrl(publicUrl);
  if (known !== undefined) return `${known.href.replace(/\/+$/, '')}/${dialect.root}`;
  const host = request.headers.host ?? '';
  return `${request.protocol}://${HOST.test(host) ? host : 'localhost'}/${dialect.root}`;
}
