/** Names that requests give in several languages. */
import { childrenNamed, findChild, findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { wrongValue } from '../protocol/fgcp-error.js';

/** In the language of the request, or the first that is there. Throws VALIDATION_ERROR. */
export function nameIn(element: XmlElement, locale: string): string {
  const locales = childrenNamed(findChild(element, 'locales') ?? element, 'locale');
  const chosen = locales.find((each) => findText(each, 'lcid') === locale) ?? locales[0];
  const name = chosen && findText(chosen, 'name');
  if (name === undefined || name.length > 85) throw wrongValue('name');
  return name;
}
