/** The only reader of the environment. */
export { ConfigError, type ConfigMistake } from './config-error.js';
export {
  loadApiConfig,
  loadLocalConfig,
  loadSetupConfig,
  loadWorkerConfig,
  type ApiConfig,
  type FgcpConfig,
  type LocalConfig,
  type PoolConfig,
  type SetupConfig,
  type WorkerConfig,
} from './load-config.js';
export { inheritedEnvironment } from './inherited-environment.js';
export { SETTINGS, type SettingName } from './settings.js';
export { createMeteredTime, type MeteredTime } from './metered-time.js';
