/** From the words of a path to what it means. */
import type { CimiContext } from '../resources/context.js';
import { unknown } from '../resources/context.js';
import type { CollectionFace, Document } from '../resources/face.js';
import { findFace } from '../resources/registry.js';

export interface Route {
  readonly face: CollectionFace;
  /** Undefined: the collection itself. */
  readonly id: string | undefined;
  /** What may be posted to the path beside the collection's own add. */
  readonly action: string | undefined;
  readonly document: (() => Promise<Document>) | undefined;
}

/** `path` is below the entry point, still escaped. Throws `not-found`. */
export function routeOf(context: CimiContext, path: string): Route {
  const words = path.split('/').map(decoded);
  const [first = '', ...rest] = words;
  const face = findFace(context.dialect, first);
  if (face === undefined || words.some((word) => word === '')) throw unknown('resource', path);
  return within(face(context), rest, path);
}

function within(face: CollectionFace, words: readonly string[], path: string): Route {
  const [id, name, ...rest] = words;
  const none = { action: undefined, document: undefined };
  if (id === undefined) return { face, id, ...none };
  if (name === undefined) {
    const isOwnAction = face.ownActions !== undefined && Object.hasOwn(face.ownActions, id);
    return isOwnAction ? { face, id: undefined, ...none, action: id } : { face, id, ...none };
  }
  const child = own(face.children, name);
  if (child !== undefined) return within(child(id), rest, path);
  if (rest.length > 0) throw unknown('resource', path);
  const document = own(face.documents, name);
  if (document !== undefined) return { face, id, action: undefined, document: async () => document(id) };
  if (own(face.actions, name) !== undefined) return { face, id, action: name, document: undefined };
  throw unknown('resource', path);
}

function own<Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Throws `not-found`: a word that is not rightly escaped names nothing. */
function decoded(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    throw unknown('resource', word);
  }
}
