/** From the present generation of a VSYS and what a caller wants changed to the design of the next one. */
import { getDescriptorDocument, type LockedSystem, type Session } from '@openvsys/persistence';
import {
  descriptorOf,
  DomainError,
  openSecretValues,
  type Descriptor,
  type Scope,
  type TextSealer,
} from '@openvsys/vsys';
import {
  bind,
  chooseDescriptor,
  type BoundDesign,
  type ChosenDescriptor,
  type DesignParameters,
  type DesignSource,
} from './design-source.js';

export interface DesignChange {
  readonly design: DesignSource | undefined;
  readonly parameters: DesignParameters | undefined;
}

/**
 * What is not given stays: without a design the present descriptor, without a parameter its present value, as far as the
 * descriptor still has it. A parameter that is given as null goes back to its default.
 */
export async function nextDesign(
  session: Session,
  scope: Scope,
  vsys: Pick<LockedSystem, 'id' | 'descriptor' | 'descriptorVersionId' | 'parameters'>,
  change: DesignChange,
  sealer: TextSealer,
): Promise<BoundDesign> {
  const chosen =
    change.design === undefined
      ? await presentDescriptor(session, vsys)
      : await chooseDescriptor(session, scope, change.design);
  const present = openSecretValues({ ...vsys.parameters }, vsys.id, sealer);
  return bind(chosen, mergedParameters(chosen.descriptor, present, change.parameters ?? {}));
}

/** The descriptor that a generation was made from. */
export async function presentDescriptor(
  session: Session,
  vsys: Pick<LockedSystem, 'descriptor' | 'descriptorVersionId'>,
): Promise<ChosenDescriptor> {
  if (vsys.descriptor !== null) {
    return { descriptor: descriptorOf(vsys.descriptor), versionId: null, inline: vsys.descriptor };
  }
  if (vsys.descriptorVersionId === null) {
    throw new DomainError('internal', 'The VSYS has lost its descriptor.');
  }
  const document = await getDescriptorDocument(session, vsys.descriptorVersionId);
  return { descriptor: descriptorOf(document), versionId: vsys.descriptorVersionId, inline: null };
}

function mergedParameters(
  descriptor: Descriptor,
  present: object,
  given: DesignParameters,
): DesignParameters {
  const declared = descriptor.parameters ?? {};
  const kept = Object.entries(present).filter(([name]) => Object.hasOwn(declared, name));
  const merged = { ...Object.fromEntries(kept), ...given };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}
