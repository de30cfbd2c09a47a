/** Credentials: accounts for the first login of machines. Passwords are kept sealed and never shown. */
import { attribute, GIVEN, reference } from '../model/attribute.js';
import { COMMON } from '../model/common.types.js';
import type { Input } from '../read/input.js';
import type { CimiContext } from './context.js';
import type { CollectionFace } from './face.js';
import { idOf } from './paths.js';
import { storedFace, storedOf, wishOf, type StoredKind } from './stored.js';

const CREDENTIAL: StoredKind = { type: 'Credential', path: 'credentials' };

export function credentialsFace(context: CimiContext): CollectionFace {
  return {
    ...storedFace(context, CREDENTIAL),
    add: {
      permission: 'descriptor:write',
      body: [...COMMON, attribute('credentialTemplate', reference('CredentialTemplate'), GIVEN)],
      types: ['CredentialCreate', 'Credential'],
      run: async (body) => {
        const template = await withTemplate(context, 'CredentialTemplate', body['credentialTemplate']);
        const { name, description, properties } = body;
        const wish = wishOf(CREDENTIAL, { ...template, name, description, properties });
        const record = await context.use.templates.create(context.call, 'Credential', wish);
        return { kind: 'done', resource: storedOf(context, CREDENTIAL, record) };
      },
    },
  };
}

/**
 * What a template says, and what the request says instead: whole attributes take the place of those of the template, null erases
 * them. The template's own name and description are its own.
 */
export async function withTemplate(context: CimiContext, type: string, given: unknown): Promise<Input> {
  const { href, ...overrides } = isInput(given) ? given : {};
  if (typeof href !== 'string') return overrides;
  const stored = await context.use.templates.open(context.call, type, idOf(href));
  return Object.fromEntries(
    Object.entries({ ...stored.document, ...overrides }).filter(([, value]) => value !== null),
  );
}

export function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
