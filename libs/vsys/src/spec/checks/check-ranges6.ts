/** IPv6 networks of VNets. */
import type { Violation } from '../../errors.js';
import { isUsable6, PREFIX6, properRange6 } from '../ipv6.js';
import { closed } from '../outline.js';
import { pointerOf } from '../pointer.js';
import type { Descriptor } from '../schema/descriptor.schema.js';

const LIKE = 'Choose one like fd12:3456:789a:1::/64.';

export function checkRanges6({ vnets }: Descriptor): Violation[] {
  const taken = new Map<string, string>();
  return Object.entries(vnets).flatMap(([name, { range6 }]): Violation[] => {
    const known = range6 === undefined ? undefined : closed(range6);
    if (known === undefined) return [];
    const pointer = pointerOf('vnets', name, 'range6');
    const wrong = mistakeIn(known);
    if (wrong !== undefined) return [{ pointer, ...wrong }];
    const proper = properRange6(known) ?? known;
    const other = taken.get(proper);
    taken.set(proper, other ?? name);
    if (other === undefined) return [];
    return [{ pointer, message: `${proper} is the network of VNet “${other}” too.`, remedy: LIKE }];
  });
}

function mistakeIn(range6: string): Pick<Violation, 'message' | 'remedy'> | undefined {
  const proper = properRange6(range6);
  if (proper === undefined) return { message: `${range6} is no IPv6 network.`, remedy: LIKE };
  if (!proper.endsWith(`/${PREFIX6}`))
    return { message: `A VNet has an IPv6 network of prefix ${PREFIX6}, not ${range6}.`, remedy: LIKE };
  if (properRange6(range6.replace(/\/.*$/, '/128')) !== proper.replace(/\/.*$/, '/128'))
    return { message: `${range6} is not the start of its network.`, remedy: `Write ${proper}.` };
  if (isUsable6(range6)) return undefined;
  return { message: `${range6} is neither unique local nor global.`, remedy: LIKE };
}
