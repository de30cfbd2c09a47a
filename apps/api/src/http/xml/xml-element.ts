/** XML as faces see it, coming and going. Namespaces are resolved, whitespace is kept: some signatures cover line ends. */

export interface XmlAttribute {
  /** Without prefix. */
  readonly name: string;
  /** Empty: none. */
  readonly namespace: string;
  readonly value: string;
}

export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  /** Empty: none. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All text directly inside, in order, untrimmed. */
  readonly text: string;
}

/** The first child of this name, whatever its namespace. */
export function findChild(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the first child of this name, trimmed; undefined when there is no such child or nothing in it. */
export function findText(element: XmlElement, name: string): string | undefined {
  const text = findChild(element, name)?.text.trim();
  return text === undefined || text === '' ? undefined : text;
}
