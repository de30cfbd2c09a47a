/**
 * What turns the rules of an EFM into a configuration document for its appliance (design D8). Implemented by libs/efm,
 * called when a spec is made, because the document's hash is part of the spec.
 */
import type { ModuleInput } from '../efm/registry.js';
import type { Violation } from '../errors.js';
import type { ModuleDocument } from './module-document.js';

export interface ModuleRenderer {
  /**
   * What is wrong with the rules; pointers are relative to the EFM, e.g. `/config/rules/0/ports`. `at`: certificates must be valid
   * then; without it their time is not looked at.
   */
  validate(input: ModuleInput, at?: Date): readonly Violation[];
  /** What is allowed but surely not meant: rules that never decide, networks without anybody. Never stops a change. */
  advise(input: ModuleInput, at?: Date): readonly Violation[];
  /** Only for inputs without violations. Same input, same document, on every machine. */
  render(input: ModuleInput): ModuleDocument;
}
