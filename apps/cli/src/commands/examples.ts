/** The end of a help text: `vsysctl …` without its name, one a line. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  $ vsysctl ${command}`).join('\n')}`;
}
