import { describe, expect, it } from 'vitest';
import { TransportError, XenApiError, type TransportFailure } from './transport/transport.js';
import { toDomainError } from './xapi-error.map.js';

const of = (code: string, ...params: string[]) => toDomainError(new XenApiError(code, params, 'VM.start'));

describe('errors of the pool', () => {
  it.each([
    ['HOST_NOT_ENOUGH_FREE_MEMORY', 'no-capacity', 'elsewhere'],
    ['SR_BACKEND_FAILURE_44', 'no-capacity', 'after-change'],
    ['SR_BACKEND_FAILURE_46', 'pool-busy', 'same'],
    ['SR_BACKEND_FAILURE_78', 'pool-refused', 'after-change'],
    ['VDI_IN_USE', 'pool-busy', 'same'],
    ['SESSION_AUTHENTICATION_FAILED', 'pool-refused', 'after-change'],
    ['LICENCE_RESTRICTION', 'pool-refused', 'never'],
    ['PIF_VLAN_EXISTS', 'conflict', 'after-change'],
    ['VM_BAD_POWER_STATE', 'pool-busy', 'same'],
    ['SOMETHING_NEW_NOT_SUPPORTED', 'pool-refused', 'never'],
    ['SOMETHING_NEW_INVALID', 'pool-refused', 'after-change'],
    ['SOMETHING_NEW', 'uncertain', 'same'],
  ])('%s is %s, retry %s', (xenapi, code, retry) => expect(of(xenapi)).toMatchObject({ code, retry }));

  it('are read from the text of an internal error', () => {
    expect(of('INTERNAL_ERROR', 'Unix.Unix_error(ECONNREFUSED)')).toMatchObject({ retry: 'elsewhere' });
    expect(of('INTERNAL_ERROR', 'Expected int64')).toMatchObject({ code: 'pool-refused' });
    expect(of('INTERNAL_ERROR', 'boom')).toMatchObject({ code: 'uncertain' });
  });

  it('keep hostile texts out of the message and bounded in the details', () => {
    const error = of('SR_BACKEND_FAILURE_1', '\u001b[31m<script>', 'x'.repeat(5_000));
    expect(error.message).not.toContain('script');
    const parameters = error.details['parameters'] as string[];
    expect(parameters[0]).toBe(' [31m<script>');
    expect(parameters[1]?.length).toBeLessThan(310);
  });

  it('a call that was never made is cancelled', () => {
    expect(toDomainError(new TransportError('withdrawn', 'x'))).toMatchObject({
      code: 'cancelled',
      retry: 'never',
    });
  });

  it.each([
    ['refused', 'pool-unreachable'],
    ['untrusted', 'pool-refused'],
    ['lost', 'uncertain'],
    ['aborted', 'uncertain'],
    ['protocol', 'uncertain'],
  ] as const)('a connection that is %s means %s', (kind: TransportFailure, code) =>
    expect(toDomainError(new TransportError(kind, 'x'))).toMatchObject({
      code,
      retry: code === 'pool-refused' ? 'after-change' : 'same',
    }),
  );
});
