/**
 * The small schemas that the parts of a descriptor are made of. Each part exists twice: as template, where a value may be
 * (or hold) a `${parameter}`, and concrete, after the parameters were filled in. One builder makes both.
 */
import { z } from 'zod';

export interface References<R extends z.ZodType> {
  /** The whole value is one reference; it takes the parameter's type. */
  readonly whole: R;
  /** A reference is somewhere in the text. */
  readonly text: R;
}

const PARAMETER = '[a-zA-Z][a-zA-Z0-9_]{0,39}';
const WHOLE_REFERENCE = new RegExp(`^\\$\\{${PARAMETER}\\}$`);
/** `$${` is an escaped one. */
const TEXT_REFERENCE = new RegExp(`(?:^|[^$])\\$\\{${PARAMETER}\\}`);

export const TEMPLATE: References<z.ZodString> = {
  whole: z.string().regex(WHOLE_REFERENCE, 'must be one ${parameter}'),
  text: z.string().regex(TEXT_REFERENCE, 'must hold a ${parameter}'),
};
export const CONCRETE: References<z.ZodNever> = { whole: z.never(), text: z.never() };

export const orWhole = <S extends z.ZodType, R extends z.ZodType>(schema: S, refs: References<R>) =>
  z.union([schema, refs.whole]);
export const orText = <S extends z.ZodType, R extends z.ZodType>(schema: S, refs: References<R>) =>
  z.union([schema, refs.text]);

export const NAME_PATTERN = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;
export const partName = z
  .string()
  .regex(NAME_PATTERN, 'must be 1–20 characters a-z, 0-9 and “-”, start with a letter and not end with “-”');
/** A server of a role with a count is named `<role>-<number>`. */
export const serverName = z
  .string()
  .regex(/^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/, 'must be the name of a server or role');
/** A disk of a server is named `<server>-<name>` and keeps that name when it becomes one of its own. */
export const diskName = z
  .string()
  .regex(
    /^[a-z](?:[a-z0-9-]{0,43}[a-z0-9])?$/,
    'must be 1–45 characters a-z, 0-9 and “-”, start with a letter and not end with “-”',
  );
export const parameterName = z
  .string()
  .regex(new RegExp(`^${PARAMETER}$`), 'must be 1–40 letters, digits and “_”, starting with a letter');
/** Names of the catalogue: server types, images. */
export const productName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,62}$/, 'must be 1–63 letters, digits, “.”, “_”, “-” or blanks');

/** With `:` and a number a version of an image, else the newest that is offered. */
export const imageName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._ -]{0,62}(?::[1-9][0-9]{0,4})?$/,
    'must be 1–63 letters, digits, “.”, “_”, “-” or blanks, and may end with “:” and a version',
  );

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const ADDRESS = `${OCTET}(?:\\.${OCTET}){3}`;
export const ipv4 = z.string().regex(new RegExp(`^${ADDRESS}$`), 'must be an IPv4 address like 10.0.1.20');
export const cidr = z
  .string()
  .regex(
    new RegExp(`^${ADDRESS}/(?:[0-9]|[12][0-9]|3[0-2])$`),
    'must be an IPv4 network like 10.0.1.0/24 (quote it)',
  );

export const range6 = z
  .string()
  .regex(/^[0-9A-Fa-f:]{2,39}\/[0-9]{1,3}$/, 'must be an IPv6 network like fd12:3456:789a:1::/64');

/** Of an address that belongs to the VDC. */
export const allocationId = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be the id of an allocated address');

/** A range that is written down, or one that is chosen. */
export const rangeWish = z
  .string()
  .regex(
    new RegExp(`^(?:${ADDRESS}/(?:[0-9]|[12][0-9]|3[0-2])|auto(?:/(?:1[6-9]|2[0-9]))?)$`),
    'must be an IPv4 network like 10.0.1.0/24 (quote it), or auto, or auto with a prefix of 16 to 29 like auto/26',
  );

export const description = z.string().max(1000).meta({ description: 'For people; no effect.' });
/** IPv6 needs 1280; segments carry Ethernet's usual frames. */
export const mtu = z.int().min(1280).max(1500);
export const port = z.int().min(1).max(65_535);
