/** JSON pointers (RFC 6901): `/vnets/dmz/cidr`. */
export type PointerPath = readonly (string | number)[];

/** Thousands are made for a large descriptor, and hardly a name has anything to escape. */
export function pointerOf(...path: PointerPath): string {
  let pointer = '';
  for (const part of path) pointer += `/${typeof part === 'number' ? part : escaped(part)}`;
  return pointer;
}

const escaped = (part: string): string =>
  /[~/]/.test(part) ? part.replaceAll('~', '~0').replaceAll('/', '~1') : part;

export const pathOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
