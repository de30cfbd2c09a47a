/** XML as importers take it, from whatever reader: names without prefix, all text of an element together. */
export interface XmlSource {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly children: readonly XmlSource[];
  readonly text: string;
}

export const attributeOf = (element: XmlSource, name: string): string | undefined =>
  element.attributes.find((attribute) => attribute.name === name)?.value;

export const childrenOf = (element: XmlSource | undefined, ...names: readonly string[]): XmlSource[] =>
  element?.children.filter(({ name }) => names.includes(name)) ?? [];

/** The first of this name. */
export const childOf = (element: XmlSource | undefined, name: string): XmlSource | undefined =>
  element?.children.find((child) => child.name === name);

/** Trimmed; undefined when there is no such child or nothing in it. */
export function textOf(element: XmlSource | undefined, name: string): string | undefined {
  const text = childOf(element, name)?.text.trim();
  return text === undefined || text === '' ? undefined : text;
}

/** What an importer could not carry over, and where that stood. */
export interface ImportNote {
  /** Names of elements, with ids where they have some: `/Envelope/VirtualSystem[web]`. */
  readonly place: string;
  readonly message: string;
}
