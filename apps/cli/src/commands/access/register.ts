/** Who speaks to which server: login, logout, whoami, profiles. */
import type { Command } from 'commander';
import type { Shell } from '../../context.js';
import { registerLogin } from './login.js';
import { registerLogout } from './logout.js';
import { registerProfiles } from './profiles.js';
import { registerWhoami } from './whoami.js';

export function registerAccess(program: Command, shell: Shell): void {
  registerLogin(program, shell);
  registerLogout(program, shell);
  registerWhoami(program, shell);
  registerProfiles(program, shell);
}
