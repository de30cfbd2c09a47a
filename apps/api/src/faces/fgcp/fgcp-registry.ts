/** All operations by name. */
import { Inject, Injectable } from '@nestjs/common';
import type { FgcpNoun, FgcpOperation } from './fgcp-operation.js';

/** Injection token of the list of nouns. */
export const FGCP_NOUNS = Symbol('fgcp-nouns');

@Injectable()
export class FgcpRegistry {
  private readonly operations: ReadonlyMap<string, FgcpOperation>;

  constructor(@Inject(FGCP_NOUNS) nouns: readonly FgcpNoun[]) {
    this.operations = new Map(nouns.flatMap(({ operations }) => Object.entries(operations)));
  }

  /** Names are case-sensitive. */
  find(action: string): FgcpOperation | undefined {
    return this.operations.get(action);
  }

  get names(): readonly string[] {
    return [...this.operations.keys()].toSorted();
  }
}
