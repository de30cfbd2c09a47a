/** The text of a descriptor with what it includes, as far as the caller sees that. */
import { findDescriptorByName, type Session } from '@openvsys/persistence';
import { descriptorOf, includesOf, parseDescriptor, type Descriptor, type Scope } from '@openvsys/vsys';

/** Throws `too-large`, and `invalid-descriptor` with every mistake, unknown included descriptors among them. */
export async function parseText(session: Session, scope: Scope, text: string): Promise<Descriptor> {
  const found = new Map<string, Descriptor>();
  for (const { name, version } of includesOf(text)) {
    const stored = await findDescriptorByName(session, scope, name, version);
    if (stored !== undefined) found.set(`${name}@${version}`, descriptorOf(stored.document));
  }
  return parseDescriptor(text, { included: ({ name, version }) => found.get(`${name}@${version}`) });
}
