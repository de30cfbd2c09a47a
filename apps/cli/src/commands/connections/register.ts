/** Connections between networks of two systems: agreed, put into both firewalls, and ended. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerAgreements } from './agree.js';
import { registerUse } from './use.js';

export function registerConnections(program: Command, shell: Shell): void {
  const connections = program
    .command('connections')
    .summary('join networks of two systems, of one owner or of two')
    .description(
      'Connections between networks of two systems. Nothing passes until rules of both firewalls accept it: the name of a connection is a zone there.',
    );
  registerAgreements(connections, shell);
  registerUse(connections, shell);
}
