/**
 * The configuration of an EFM as its descriptor writes it: plain data, defaults left out, values may be `${parameter}`.
 * Edits work on it, and the whole descriptor is checked afterwards: there is no second way to judge a configuration.
 */
import { DomainError } from '../../errors.js';
import type { Descriptor } from '../../spec/schema/descriptor.schema.js';
import { applianceNames } from '../design-efm.js';
import type { EfmKind } from '../registry.js';

export type WrittenConfig = Readonly<Record<string, unknown>>;

export interface WrittenEfm {
  /** In the descriptor; both appliances of a pair belong to it. */
  readonly name: string;
  readonly kind: EfmKind;
  readonly config: WrittenConfig;
}

export const isData = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of a configuration; empty when it is not there. */
export const listOf = (config: WrittenConfig, key: string): readonly unknown[] => {
  const list = config[key];
  return Array.isArray(list) ? list : [];
};

/** Of the appliance with this name. Throws `not-found` when the descriptor has no such EFM. */
export function writtenEfm(descriptor: Descriptor, appliance: string): WrittenEfm {
  const found = Object.entries(descriptor.efms ?? {}).find(([name]) =>
    applianceNames(name, true).includes(appliance),
  );
  if (found === undefined) throw new DomainError('not-found', `The system has no EFM “${appliance}”.`);
  const [name, { kind, config = {} }] = found;
  return { name, kind, config };
}

/** The descriptor with another configuration of one EFM; to be checked by `descriptorOf`. */
export function withWrittenConfig(descriptor: Descriptor, efm: string, config: WrittenConfig): object {
  const { efms = {} } = descriptor;
  return { ...descriptor, efms: { ...efms, [efm]: { ...efms[efm], config } } };
}
