/** The descriptor of a system as others may use it: its values become defaults, and logins and secrets stay behind. */
import type { Descriptor } from '@openvsys/vsys';

export function blueprintOf(descriptor: Descriptor, values: Readonly<Record<string, unknown>>): Descriptor {
  const vservers = Object.entries(descriptor.vservers).map(
    ([name, { login: _login, ...server }]) => [name, server] as const,
  );
  const bare = { ...descriptor, vservers: Object.fromEntries(vservers) };
  const used = JSON.stringify({ ...bare, parameters: {} });
  const parameters = Object.entries(descriptor.parameters ?? {})
    .filter(([name]) => used.includes(`\${${name}}`))
    .map(([name, declaration]) => [name, withDefault(declaration, values[name])] as const);
  const { parameters: _parameters, ...rest } = bare;
  return parameters.length === 0 ? rest : { ...rest, parameters: Object.fromEntries(parameters) };
}

type Declaration = NonNullable<Descriptor['parameters']>[string];

function withDefault(declaration: Declaration, value: unknown): Declaration {
  if (value === undefined || declaration.secret === true) return declaration;
  return { ...declaration, default: value } as Declaration;
}
