/** The firewall of Fujitsu's form: policies, address translation, names. */
import { childOf, textOf, type XmlSource } from '../xml-source.js';
import { listIn } from './form-reader.js';
import { importPolicies } from './import-policies.js';
import type { ImportParts } from './import-servers.js';

export interface NatRule {
  readonly publicIp: string;
  /** As the form calls it. */
  readonly target: string | undefined;
  readonly isSource: boolean;
}

export interface FirewallImport extends ImportParts {
  /** Addresses by their name in the form. */
  readonly addressOf: (ref: string) => string;
  readonly balancers: ReadonlySet<string>;
}

const KNOWN = ['efmType', 'efmName', 'autoStart', 'dns', 'policies', 'nat', 'defaultLog'];

export function natRulesOf(
  firewall: XmlSource,
  place: string,
  { reader, addressOf }: Pick<FirewallImport, 'reader' | 'addressOf'>,
): readonly (NatRule & { readonly ref: string })[] {
  return listIn(firewall, place, 'nat', 'rule').map(([rule, at]) => {
    reader.noteUnknown(rule, at, ['publicIpRef', 'target', 'snapt']);
    const ref = reader.getText(rule, 'publicIpRef', at);
    return {
      ref,
      publicIp: addressOf(ref),
      target: textOf(rule, 'target'),
      isSource: textOf(rule, 'snapt') === 'true',
    };
  });
}

/** A firewall without a word about it runs: nothing else of a system can be reached without it. */
export function importFirewall(firewall: XmlSource, place: string, parts: FirewallImport): object {
  const { reader, members, balancers } = parts;
  reader.noteUnknown(firewall, place, KNOWN);
  const nat = natRulesOf(firewall, place, parts);
  const behind = new Map(
    nat.flatMap(({ ref, target }) => (target === undefined ? [] : [[ref, target] as const])),
  );
  const source = nat.find(({ isSource }) => isSource);
  const rules = importPolicies(firewall, place, { ...parts, behind });
  const staticNat = nat.flatMap(({ publicIp, target, ref }) => {
    if (target === undefined || balancers.has(target)) return [];
    const server = members.find(target);
    if (server === undefined)
      reader.note(
        `${place}/nat/rule[${ref.slice(0, 64)}]`,
        'It leads to nothing that the form has: it is left out.',
      );
    return server === undefined ? [] : [{ publicIp, server }];
  });
  const defaultLog = textOf(firewall, 'defaultLog');
  const config = {
    ...(rules.length === 0 ? {} : { rules }),
    ...(source === undefined ? {} : { sourceNat: { publicIp: source.publicIp } }),
    ...(staticNat.length === 0 ? {} : { staticNat }),
    ...dnsOf(firewall),
    ...(defaultLog === undefined ? {} : { logDenied: defaultLog === 'On' }),
  };
  return {
    kind: 'firewall',
    ...(textOf(firewall, 'autoStart') === 'false' ? { power: 'stopped' } : {}),
    ...(Object.keys(config).length === 0 ? {} : { config }),
  };
}

function dnsOf(firewall: XmlSource): object {
  const dns = childOf(firewall, 'dns');
  if (dns === undefined) return {};
  const forwarders = [textOf(dns, 'primary'), textOf(dns, 'secondary')].filter((each) => each !== undefined);
  const isManual = textOf(dns, 'type') === 'MANUAL' && forwarders.length > 0;
  return { dns: isManual ? { forwarders } : {} };
}
