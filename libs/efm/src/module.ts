/** What every kind of EFM brings: its check and its native configuration. A new kind is a new folder and a line in the registry. */
import type { EfmKind, ModuleInput, Violation } from '@openvsys/vsys';

export interface EfmModule<Kind extends EfmKind> {
  readonly kind: Kind;
  /** Version of the document's layout. Grows when an appliance of today could not read it any more. */
  readonly format: number;
  validate(input: Extract<ModuleInput, { kind: Kind }>): Violation[];
  /** Native configuration by file name. */
  render(input: Extract<ModuleInput, { kind: Kind }>): Readonly<Record<string, string>>;
}
