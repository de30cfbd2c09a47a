/** Rules over several settings. */
import type { CrossCheck, Environment } from './read-settings.js';

/** False for what is no number: that mistake is reported on its own. */
function isScaled(environment: Environment): boolean {
  const scale = Number(environment['TIME_SCALE'] || 1);
  return Number.isFinite(scale) && scale !== 1;
}

/** Processes that scale time from different beginnings would contradict each other. */
export const anchoredTime: CrossCheck = (environment) => {
  if (!isScaled(environment) || environment['TIME_ANCHOR']) return undefined;
  return { name: 'TIME_ANCHOR', reason: 'must be set when TIME_SCALE is not 1' };
};

/** Scaled time makes bills wrong on purpose. */
export const noScaledTimeInProduction: CrossCheck = (environment) => {
  if (environment['NODE_ENV'] !== 'production' || !isScaled(environment)) return undefined;
  return { name: 'TIME_SCALE', reason: 'must be 1 (or absent) when NODE_ENV is production' };
};

/** A pool of one's own comes with credentials, all or none. */
export const wholePool: CrossCheck = (environment) => {
  if (!environment['XCP_POOL_URL']) return undefined;
  const missing = ['XCP_POOL_USER', 'XCP_POOL_PASSWORD'].filter((name) => !environment[name]);
  if (missing.length === 0) return undefined;
  return { name: missing.join(' and '), reason: 'must be set together with XCP_POOL_URL' };
};

/** A listener has a certificate with its key, and a header is believed from somebody. */
export const wholeFgcpListener: CrossCheck = (environment) =>
  togetherOrNot(environment, ['FGCP_TLS_PORT', 'FGCP_TLS_CERT_FILE', 'FGCP_TLS_KEY_FILE']);
export const wholeFgcpProxy: CrossCheck = (environment) =>
  togetherOrNot(environment, ['FGCP_PROXY_HEADER', 'FGCP_PROXIES']);

function togetherOrNot(environment: Environment, names: readonly string[]): ReturnType<CrossCheck> {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length === 0 || missing.length === names.length) return undefined;
  const given = names.filter((name) => !missing.includes(name));
  return { name: missing.join(' and '), reason: `must be set together with ${given.join(' and ')}` };
}

/** An appliance must know both where the API is and how to recognise it. */
export const wholeAgentAccess: CrossCheck = bothOrNone('EFM_AGENT_URL', 'EFM_AGENT_CA_FILE');

/** A token that was made for somebody else must not open this API. */
export const wholeIdentityProvider: CrossCheck = bothOrNone('OIDC_ISSUER', 'OIDC_AUDIENCE');

/** Whoever can change its answers on the way can be anybody. */
export const secureIdentityProvider: CrossCheck = (environment) => {
  if (environment['NODE_ENV'] !== 'production' || !environment['OIDC_ISSUER']?.startsWith('http:'))
    return undefined;
  return { name: 'OIDC_ISSUER', reason: 'must start with https:// when NODE_ENV is production' };
};

function bothOrNone(...names: readonly [string, string]): CrossCheck {
  return (environment) => {
    const missing = names.filter((name) => !environment[name]);
    if (missing.length !== 1) return undefined;
    return {
      name: missing.join(),
      reason: `must be set together with ${names.find((name) => environment[name])}`,
    };
  };
}
