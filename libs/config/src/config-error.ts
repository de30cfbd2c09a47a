/** All mistakes of a configuration at once: fixing them one start at a time is a bad afternoon. */
export interface ConfigMistake {
  readonly name: string;
  /** Never holds the value: it may be a secret. */
  readonly reason: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly mistakes: readonly ConfigMistake[]) {
    const lines = mistakes.map(({ name, reason }) => `  ${name} ${reason}`);
    super(['The configuration (environment variables) is not usable:', ...lines].join('\n'));
  }
}
