/** JSON pointers (RFC 6901): `/vnets/dmz/cidr`. */
export type PointerPath = readonly (string | number)[];

export const pointerOf = (...path: PointerPath): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
