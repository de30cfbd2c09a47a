/**
 * Which outside networks a system joins. Here a system reaches the internet when its firewall stands for addresses of it or has
 * rules that name it; networks of the provider's own (an intranet) are not offered.
 */
import { descriptorOf } from '@openvsys/vsys';

export type CloudCategory = 'PUBLIC' | 'NONE';

export function cloudCategoryOf(document: Readonly<Record<string, unknown>> | null): CloudCategory {
  if (document === null) return 'NONE';
  const efms = Object.values(descriptorOf(document).efms ?? {});
  return efms.some(({ kind }) => kind === 'firewall') ? 'PUBLIC' : 'NONE';
}
