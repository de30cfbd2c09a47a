/** Reads a choice of settings from an environment, collecting every mistake. */
import { ConfigError, type ConfigMistake } from './config-error.js';
import { SETTINGS, type SettingName, type SettingValue } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

type Values<Required extends SettingName, Optional extends SettingName> = {
  readonly [Name in Required]: SettingValue<Name>;
} & { readonly [Name in Optional]: SettingValue<Name> | undefined };

/** A rule over several settings; answers what is wrong, naming the setting to change. */
export type CrossCheck = (environment: Environment) => ConfigMistake | undefined;

/**
 * Answers the values of `required` (with their defaults) and `optional` settings (undefined when not set).
 * Throws ConfigError with all mistakes. An empty variable counts as not set, as in docker-compose files.
 */
export function readSettings<Required extends SettingName, Optional extends SettingName = never>(
  environment: Environment,
  required: readonly Required[],
  optional: readonly Optional[],
  checks: readonly CrossCheck[] = [],
): Values<Required, Optional> {
  const mistakes: ConfigMistake[] = [];
  const values = new Map<SettingName, unknown>();
  const isOptional = new Set<SettingName>(optional);
  for (const name of [...required, ...optional]) {
    const text = environment[name] === '' ? undefined : environment[name];
    if (text === undefined && isOptional.has(name)) continue;
    const result = SETTINGS[name].safeParse(text);
    if (result.success) values.set(name, result.data);
    else mistakes.push({ name, reason: text === undefined ? 'is not set' : reasonOf(result.error.issues) });
  }
  for (const check of checks) {
    const mistake = check(environment);
    if (mistake) mistakes.push(mistake);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.fromEntries(values) as Values<Required, Optional>;
}

function reasonOf(issues: readonly { readonly message: string }[]): string {
  const [first] = issues;
  return first
    ? first.message.replace(/^Invalid (input|option): /, '').replace(/^Too (big|small): /, '')
    : 'is invalid';
}
