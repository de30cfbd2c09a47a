/**
 * The versions of CIMI that are served, each at an entry point of its own. What differs between them is either here, in the
 * `versions` of attributes, or in how XML wraps lists.
 */
export interface Dialect {
  readonly version: 1 | 2;
  readonly namespace: string;
  /** First words of the paths, with a slash at the end. */
  readonly root: string;
}

export const V1_DIALECT: Dialect = {
  version: 1,
  namespace: 'http://schemas.dmtf.org/cimi/1',
  root: 'cimi/',
};
export const V2_DIALECT: Dialect = {
  version: 2,
  namespace: 'http://schemas.dmtf.org/cimi/2',
  root: 'cimi/2/',
};

/** Of attributes that the standard does not know. */
export const EXTENSION_NAMESPACE = 'urn:openvsys:cimi';

/** `Machine`, `MachineCreate`, `MachineCollection` as a URI; types of our own are in a namespace of ours. */
export function typeUri({ namespace }: Dialect, name: string): string {
  return name.startsWith('Efm') ? `${EXTENSION_NAMESPACE}:${name}` : `${namespace}/${name}`;
}

/** `action/start` → `http://…/cimi/1/action/start`. Whole URIs stay as they are. */
export function termUri({ namespace }: Dialect, term: string): string {
  return term.includes(':') ? term : `${namespace}/${term}`;
}
