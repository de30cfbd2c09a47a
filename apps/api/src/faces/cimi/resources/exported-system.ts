/** Texts of packages: the descriptor of a system with the values that it has now, and that of a template. */
import { descriptorOf, printDescriptor, vsysId, type Descriptor } from '@openvsys/vsys';
import { unknown, type CimiContext } from './context.js';

/** Secret values are left out: whoever imports it gives others. Throws `not-found`. */
export async function exportedSystem({ use, call }: CimiContext, id: string): Promise<string> {
  const { vsys, parameters } = await use.vsys.get(call, vsysId(id));
  if (vsys.descriptorDocument === null) throw unknown('package', id);
  return printDescriptor(withDefaults(descriptorOf(vsys.descriptorDocument), parameters));
}

function withDefaults(descriptor: Descriptor, values: Readonly<Record<string, unknown>>): Descriptor {
  if (descriptor.parameters === undefined) return descriptor;
  const declared = Object.entries(descriptor.parameters).map(([name, declaration]) => {
    const value = values[name];
    return [name, value === null || value === undefined ? declaration : { ...declaration, default: value }];
  });
  return descriptorOf({ ...descriptor, parameters: Object.fromEntries(declared) as object });
}

/** Throws `not-found`. */
export async function exportedTemplate({ use, call }: CimiContext, id: string): Promise<string> {
  const { name, version } = templateOf(id);
  const { document } = await use.descriptors.get(call, name, version);
  return printDescriptor(descriptorOf(document));
}

/** `name` is the newest, `name@version` that one. */
export function templateOf(id: string): { readonly name: string; readonly version: string | undefined } {
  const at = id.lastIndexOf('@');
  return at < 0 ? { name: id, version: undefined } : { name: id.slice(0, at), version: id.slice(at + 1) };
}
