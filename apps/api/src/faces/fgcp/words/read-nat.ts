/** Rules of address translation of a request. */
import { childrenNamed, findChild, findText, type XmlElement } from '../../../http/xml/xml-element.js';
import { wrongValue } from '../protocol/fgcp-error.js';
import type { NatSide, ResolvedNat } from './nat-rules.js';

/** `block`: `firewall_nat`. Throws VALIDATION_ERROR for addresses that are not attached, and for targets that are nobody's. */
export function readNat(block: XmlElement, side: NatSide): ResolvedNat {
  const targets = new Map<string, string | undefined>();
  const sources: string[] = [];
  for (const rule of childrenNamed(findChild(block, 'rules') ?? block, 'rule')) {
    const publicIp = findText(rule, 'publicIp');
    const address = side.addresses.find((each) => each.address === publicIp);
    if (address === undefined || targets.has(address.name)) throw wrongValue('publicIp');
    targets.set(address.name, targetIn(rule, side));
    if (findText(rule, 'snapt')?.toLowerCase() === 'true') sources.push(address.name);
  }
  if (sources.length > 1) throw wrongValue('snapt');
  return { targets, source: sources[0] };
}

/** A client puts a whole load balancer where its address belongs. */
function targetIn(rule: XmlElement, { members }: NatSide): string | undefined {
  const element = findChild(rule, 'privateIp');
  if (element === undefined) return undefined;
  const text = findText(element, 'slbVip') ?? element.text.trim();
  if (text === '' && element.children.length === 0) return undefined;
  const member = members.find(({ nics }) =>
    nics.some(({ vnetId, ipv4 }) => vnetId !== null && ipv4 === text),
  );
  if (member === undefined || member.kind === 'firewall') throw wrongValue('privateIp');
  return member.role === member.name || member.kind === 'server' ? member.name : member.role;
}
