/** Single members and certificates of a load balancer. */
import { DomainError } from '../../errors.js';
import type { MemberState } from '../load-balancer/config.js';
import { isData, listOf, type WrittenConfig, type WrittenEfm } from './written-config.js';

/** Throws `conflict` for EFMs of other kinds. */
export function requireLoadBalancer({ kind, name }: Pick<WrittenEfm, 'kind' | 'name'>): void {
  if (kind === 'load-balancer') return;
  throw new DomainError('conflict', `“${name}” is a ${kind}: only a load balancer has that.`, {
    retry: 'never',
  });
}

export interface MemberChange {
  /** Server or role. */
  readonly member: string;
  readonly state?: MemberState | undefined;
  /** 0 to 256. */
  readonly weight?: number | undefined;
  /** Without it: on all listeners. */
  readonly listener?: string | undefined;
}

/** Throws `not-found` for a listener that is not there. What a member is, is checked with the whole configuration. */
export function withMember(config: WrittenConfig, change: MemberChange): WrittenConfig {
  const listeners = listOf(config, 'listeners');
  const isMeant = (listener: unknown): boolean =>
    isData(listener) && (change.listener === undefined || listener['name'] === change.listener);
  if (!listeners.some(isMeant)) {
    throw new DomainError('not-found', `The load balancer has no listener “${change.listener ?? ''}”.`);
  }
  return {
    ...config,
    listeners: listeners.map((listener) =>
      isMeant(listener) ? changedListener(listener, change) : listener,
    ),
  };
}

function changedListener(listener: unknown, { member, state, weight }: MemberChange): unknown {
  if (!isData(listener)) return listener;
  const states = isData(listener['memberStates']) ? listener['memberStates'] : {};
  const weights = isData(listener['memberWeights']) ? listener['memberWeights'] : {};
  return {
    ...listener,
    ...(state === undefined ? {} : { memberStates: { ...states, [member]: state } }),
    ...(weight === undefined ? {} : { memberWeights: { ...weights, [member]: weight } }),
  };
}

export interface CertificateUpload {
  /** PEM: the server's first, then its chain. */
  readonly certificate: string;
  /** PEM; without it the present key of the same name stays. */
  readonly privateKey?: string | undefined;
}

const certificatesOf = (config: WrittenConfig): WrittenConfig =>
  isData(config['certificates']) ? config['certificates'] : {};

export const withCertificate = (
  config: WrittenConfig,
  name: string,
  { certificate, privateKey }: CertificateUpload,
): WrittenConfig => ({
  ...config,
  certificates: {
    ...certificatesOf(config),
    [name]: { certificate, ...(privateKey === undefined ? {} : { privateKey }) },
  },
});

/** Throws `not-found`. That no listener needs it is checked with the whole configuration. */
export function withoutCertificate(config: WrittenConfig, name: string): WrittenConfig {
  const { [name]: removed, ...others } = certificatesOf(config);
  if (removed !== undefined) return { ...config, certificates: others };
  throw new DomainError('not-found', `The load balancer has no certificate “${name}”.`);
}
