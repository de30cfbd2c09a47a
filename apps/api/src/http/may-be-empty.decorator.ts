/** `@MayBeEmpty()` on a class of a body: a request without one is taken like one with `{}`. */
const EMPTY_BODIES = new WeakSet<object>();

export const MayBeEmpty = (): ClassDecorator => (target) => {
  EMPTY_BODIES.add(target);
};

export const mayBeEmpty = (type: object | undefined): boolean => type !== undefined && EMPTY_BODIES.has(type);
