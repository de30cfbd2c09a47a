/** Which `ip` commands bring links, addresses and routes to what is wanted. Pure: none when nothing differs. */
import type { ApplianceInterface, ApplianceRoute } from '@openvsys/vsys';
import { ipv4Of, type Link, type Route } from './ip-json.js';

type Command = readonly string[];

/** Throws when no link has a wanted MAC. */
export function linkSteps(wanted: readonly ApplianceInterface[], links: readonly Link[]): Command[] {
  const found = wanted.map((each) => ({ wanted: each, link: linkWith(each, links) }));
  const misnamed = found.filter((each) => each.link.ifname !== each.wanted.name);
  return [
    // Two links may have to change names with each other, so all get out of the way first.
    ...misnamed.flatMap(({ link }, index): Command[] => [
      ['link', 'set', link.ifname, 'down'],
      ['link', 'set', link.ifname, 'name', `moving${index}`],
    ]),
    ...misnamed.map((each, index): Command => ['link', 'set', `moving${index}`, 'name', each.wanted.name]),
    ...found
      .filter((each) => each.wanted.mtu !== null && each.wanted.mtu !== each.link.mtu)
      .map((each): Command => ['link', 'set', each.wanted.name, 'mtu', String(each.wanted.mtu)]),
    ...found
      .filter((each) => !each.link.flags.includes('UP') || each.link.ifname !== each.wanted.name)
      .map((each): Command => ['link', 'set', each.wanted.name, 'up']),
  ];
}

function linkWith({ name, mac }: ApplianceInterface, links: readonly Link[]): Link {
  const link = links.find(({ address }) => address?.toLowerCase() === mac?.toLowerCase());
  if (link !== undefined) return link;
  throw new Error(`No network card has the MAC ${mac ?? ''} of ${name}.`);
}

/** Addresses that nobody wants are removed; virtual ones belong to keepalived. New ones come first: no gap. */
export function addressSteps(wanted: readonly ApplianceInterface[], links: readonly Link[]): Command[] {
  return wanted.flatMap(({ name, addresses, virtualAddresses }) => {
    const present = ipv4Of(links.find(({ ifname }) => ifname === name) ?? EMPTY);
    const missing = addresses.filter((address) => !present.includes(address));
    const surplus = present.filter(
      (address) => !addresses.includes(address) && !virtualAddresses.includes(address),
    );
    return [
      ...missing.map((address): Command => ['address', 'add', address, 'broadcast', '+', 'dev', name]),
      ...surplus.map((address): Command => ['address', 'delete', address, 'dev', name]),
    ];
  });
}

const EMPTY: Link = { ifname: '', mtu: 0, flags: [], link_type: '', addr_info: [] };

/** Routes of the kernel itself (`kernel`) follow addresses; those of DHCP or an administrator are ours to decide. */
export const isOurs = ({ protocol }: Route): boolean => protocol !== 'kernel';

const networkOf = ({ dst }: Route): string =>
  dst === 'default' ? '0.0.0.0/0' : dst.includes('/') ? dst : `${dst}/32`;

/** Only routes through `interfaces` are looked at. */
export function routeSteps(
  wanted: readonly ApplianceRoute[],
  present: readonly Route[],
  interfaces: ReadonlySet<string>,
): Command[] {
  const mine = present.filter((route) => isOurs(route) && interfaces.has(route.dev ?? ''));
  const isPresent = ({ to, via, interface: dev }: ApplianceRoute): boolean =>
    mine.some(
      (route) =>
        networkOf(route) === to &&
        (route.gateway ?? null) === via &&
        route.dev === dev &&
        route.metric === undefined,
    );
  const surplus = mine.filter(
    (route) => !wanted.some(({ to, interface: dev }) => to === networkOf(route) && dev === route.dev),
  );
  return [
    ...wanted
      .filter((route) => !isPresent(route))
      .map(({ to, via, interface: dev }): Command => [
        'route',
        'replace',
        to,
        ...(via === null ? [] : ['via', via]),
        'dev',
        dev,
      ]),
    ...surplus.map((route): Command => ['route', 'delete', networkOf(route), 'dev', route.dev ?? '']),
  ];
}
