/** All that a schema cannot say. Works on templates too: what still depends on a parameter is left out. */
import type { Violation } from '../../errors.js';
import { LIMITS } from '../limits.js';
import { outlineOf } from '../outline-of.js';
import { pointerOf } from '../pointer.js';
import type { Descriptor } from '../schema/descriptor.schema.js';
import { checkEfms } from './check-efms.js';
import { checkMembers } from './check-members.js';
import { checkNetworks } from './check-networks.js';
import { checkReadiness } from './check-readiness.js';
import { checkSingled } from './check-singled.js';
import { checkStartOrder } from './start-order.js';

export function checkDescriptor(descriptor: Descriptor): Violation[] {
  const outline = outlineOf(descriptor);
  return [
    ...checkMembers(descriptor, outline),
    ...checkNetworks(descriptor, outline),
    ...checkStartOrder(descriptor),
    ...checkReadiness(descriptor),
    ...checkSingled(descriptor),
    ...checkEfms(descriptor, outline),
    ...checkUserData(descriptor),
  ];
}

const LINE_BREAKS_AND_TABS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d]);
const FIRST_PRINTABLE = 0x20;

/** xenstore holds text: XenAPI refuses a NUL, XML-RPC every other control character. */
function isText(text: string): boolean {
  if (!text.isWellFormed()) return false;
  return Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= FIRST_PRINTABLE ? code !== 0xfffe && code !== 0xffff : LINE_BREAKS_AND_TABS.has(code);
  });
}

function checkUserData(descriptor: Descriptor): Violation[] {
  const given = Object.entries(descriptor.vservers).flatMap(([role, { userData, servers = {} }]) => [
    { userData, pointer: pointerOf('vservers', role, 'userData') },
    ...Object.entries(servers).map(([name, own]) => ({
      userData: own.userData,
      pointer: pointerOf('vservers', role, 'servers', name, 'userData'),
    })),
  ]);
  return given.flatMap(({ userData = '', pointer }) => {
    if (!isText(userData)) {
      return [{ pointer, message: 'User data holds control characters.', remedy: 'Encode it as base64.' }];
    }
    const bytes = new TextEncoder().encode(userData).length;
    if (bytes <= LIMITS.userDataBytes) return [];
    const message = `User data has ${bytes} bytes; at most ${LIMITS.userDataBytes} are possible.`;
    return [{ pointer, message, remedy: 'Let the server load the rest by itself.' }];
  });
}
