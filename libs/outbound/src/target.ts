/** What an address given by a tenant must look like before anything is resolved. */
import { DomainError } from '@openvsys/vsys';

/** Longer ones are refused by many servers. */
const LONGEST_URL = 2_048;

/**
 * An absolute http or https URL without credentials; the fragment is dropped. Whether plain http is spoken depends on the
 * address and is decided when it connects. Throws `invalid-request`.
 */
export function parseTarget(text: string): URL {
  if (text.length > LONGEST_URL) throw refused(`The address is longer than ${LONGEST_URL} characters.`);
  if (!URL.canParse(text)) throw refused('The address is no absolute URL.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('The address is no https URL.');
  // They would end up in logs of proxies and in our own answers.
  if (url.username !== '' || url.password !== '')
    throw refused('The address contains a user name or password.');
  url.hash = '';
  return url;
}

function refused(message: string): DomainError {
  return new DomainError('invalid-request', message, {
    remedy: 'Give an address such as https://example.com/hooks/openvsys.',
  });
}
