/** An older configuration as it was, in a system whose parameters may have changed since. */
import { boundValues } from '../../spec/bind/bind-parameters.js';
import { isKeyField, type WithParameters } from './keys.js';
import { isData, writtenEfm, type WrittenConfig } from './written-config.js';

const WHOLE = /^\$\{(\w+)\}$/;

/**
 * The configuration that the EFM of this name had in a former generation. References to parameters that have the same value now
 * stay references; the others become the value that they had. Secret values come back only as keys.
 * Throws `not-found` when there was no such EFM.
 */
export function formerConfig(
  former: WithParameters,
  present: WithParameters,
  appliance: string,
): WrittenConfig {
  const old = boundValues(former.descriptor, former.values);
  const now = boundValues(present.descriptor, present.values);
  const declared = former.descriptor.parameters ?? {};
  const restored = (value: unknown, field?: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => restored(item));
    if (isData(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restored(item, key)]));
    }
    const name = typeof value === 'string' ? WHOLE.exec(value)?.[1] : undefined;
    if (name === undefined || (Object.hasOwn(now, name) && now[name] === old[name])) return value;
    const isShowable = declared[name]?.secret !== true || (field !== undefined && isKeyField(field));
    return isShowable ? (old[name] ?? value) : value;
  };
  return restored(writtenEfm(former.descriptor, appliance).config) as WrittenConfig;
}
