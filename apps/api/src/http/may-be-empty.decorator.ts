/** `@MayBeEmpty()` on a class of a body: a request without one is taken like one with `{}`; the document says so too. */
const EMPTY_BODIES = new WeakSet<object>();
const NAMES = new Set<string>();

export const MayBeEmpty = (): ClassDecorator => (target) => {
  EMPTY_BODIES.add(target);
  NAMES.add(target.name);
};

export const mayBeEmpty = (type: object | undefined): boolean => type !== undefined && EMPTY_BODIES.has(type);
/** By the name that the document has for the class. */
export const isNamedEmpty = (name: string): boolean => NAMES.has(name);
