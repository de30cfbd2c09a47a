/** Where a design comes from, and the way from there to a design with its parameters filled in. */
import { findDescriptorByName, type Session } from '@openvsys/persistence';
import { parseText } from '../descriptors/parse-text.js';
import {
  bindParameters,
  descriptorOf,
  designWithoutSecrets,
  DomainError,
  sealSecretValues,
  type Descriptor,
  type Scope,
  type TextSealer,
  type VsysDesign,
  type VsysId,
} from '@openvsys/vsys';

export type DesignSource =
  | { readonly kind: 'stored'; readonly name: string; readonly version: string | undefined }
  | { readonly kind: 'text'; readonly text: string };

export interface ChosenDescriptor {
  readonly descriptor: Descriptor;
  /** Null when the descriptor came with the request. */
  readonly versionId: string | null;
  /** The document itself when it came with the request; stored with the generation. */
  readonly inline: object | null;
}

export type DesignParameters = Readonly<Record<string, unknown>>;

export interface BoundDesign extends ChosenDescriptor {
  readonly parameters: DesignParameters;
  readonly design: VsysDesign;
}

/** Throws `not-found` for an unknown stored descriptor, `invalid-descriptor` for a wrong text. */
export async function chooseDescriptor(
  session: Session,
  scope: Scope,
  source: DesignSource,
): Promise<ChosenDescriptor> {
  if (source.kind === 'text') {
    const descriptor = await parseText(session, scope, source.text);
    return { descriptor, versionId: null, inline: descriptor };
  }
  const stored = await findDescriptorByName(session, scope, source.name, source.version);
  if (stored !== undefined)
    return { descriptor: descriptorOf(stored.document), versionId: stored.id, inline: null };
  const which =
    source.version === undefined ? `“${source.name}”` : `“${source.name}” in version ${source.version}`;
  throw new DomainError('not-found', `There is no descriptor ${which}.`, {
    pointer: '/descriptor',
    remedy: 'List the descriptors that you may use.',
  });
}

/** Throws `invalid-parameter`. */
export function bind(chosen: ChosenDescriptor, parameters: DesignParameters): BoundDesign {
  return { ...chosen, parameters, design: bindParameters(chosen.descriptor, parameters) };
}

/** What a generation remembers of where it came from; its secrets sealed. */
export function sourceOf(bound: BoundDesign, vsysId: VsysId, sealer: TextSealer) {
  const { design, descriptor, inline, versionId, parameters } = bound;
  return {
    design: designWithoutSecrets(design),
    descriptor: inline,
    descriptorVersionId: versionId,
    parameters: sealSecretValues(descriptor, parameters, vsysId, sealer),
  };
}
