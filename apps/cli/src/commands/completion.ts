/** Completion in shells: commands, options and their values, from the same descriptions as the help. */
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

const HELP = `
Examples:
  $ source <(vsysctl completion bash)                                   # this shell only
  $ vsysctl completion bash > ~/.local/share/bash-completion/completions/vsysctl
  $ vsysctl completion zsh > "\${fpath[1]}/_vsysctl"
  $ vsysctl completion fish > ~/.config/fish/completions/vsysctl.fish`;

/** Comes last: it describes the commands that are there. */
export function registerCompletion(program: Command): void {
  tab(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.summary('completion for bash, zsh, fish and PowerShell')
    .description('Writes a script that completes commands, options and their values.')
    .addHelpText('after', HELP);
}
