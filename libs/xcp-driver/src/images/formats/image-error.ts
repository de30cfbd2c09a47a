/** What is wrong with an image that somebody gave us. Its own words are hostile: they are cut and printable in messages. */
import { DomainError } from '@openvsys/vsys';

export const quoted = (text: string): string =>
  `“${text
    .slice(0, 80)
    .replaceAll(/[^\x20-\x7e\u00a0-\u024f]/g, '?')
    .replaceAll('”', '?')}”`;

export const corrupt = (what: string): DomainError =>
  new DomainError('invalid-parameter', `The image is damaged: ${what}.`, {
    pointer: '/source',
    retry: 'after-change',
    remedy: 'Fetch the image again from where it was made and compare its checksum.',
  });

export const unsupported = (what: string, remedy: string): DomainError =>
  new DomainError('not-implemented', `The image cannot be used: ${what}.`, { pointer: '/source', remedy });

export const tooLarge = (what: string, limit: number, used: number): DomainError =>
  new DomainError('too-large', `The image is too large: ${what}.`, {
    pointer: '/source',
    remedy: 'Use a smaller image or ask for a higher limit.',
    details: { limit, used },
  });
