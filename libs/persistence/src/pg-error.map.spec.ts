import { DomainError } from '@openvsys/vsys';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { isRepeatable, mapPgError } from './pg-error.map.js';

const failed = (facts: { code?: string; constraint?: string; message?: string }) =>
  new QueryFailedError(
    'SELECT secret',
    ['canary'],
    Object.assign(new Error(facts.message ?? 'failed'), facts),
  );

describe('mapPgError', () => {
  it.each([
    ['vdc_organization_id_name_unique', 'conflict', '/name'],
    ['vnet_vlan_unique', 'conflict', undefined],
    ['price_no_overlap', 'conflict', '/validFrom'],
    ['vdc_zone_id_fk', 'invalid-request', '/zoneId'],
  ])('knows the constraint %s', (constraint, code, pointer) => {
    expect(mapPgError(failed({ code: '23505', constraint }))).toMatchObject({ code, pointer });
  });

  it.each(['57P01', '57P02', '57P03', '08006', '08P01', '53300', '40001', '40P01', '57014', '55P03'])(
    'says unavailable, try again, for SQLSTATE %s',
    (code) => {
      expect(mapPgError(failed({ code }))).toMatchObject({ code: 'unavailable', retry: 'same' });
    },
  );

  it.each(['22003', '22007', '22008', '22021', '22P02'])(
    'tells the caller of a value that cannot be, SQLSTATE %s',
    (code) => {
      expect(mapPgError(failed({ code }))).toMatchObject({ code: 'invalid-request', retry: 'after-change' });
    },
  );

  it.each([
    [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    [new Error('Connection terminated unexpectedly')],
    [new Error('timeout exceeded when trying to connect')],
    [new Error('Query runner already released. Cannot run queries anymore.')],
    [new Error('Client has encountered a connection error and is not queryable')],
  ])('says unavailable for a connection that broke: %s', (error) => {
    expect(mapPgError(error)).toMatchObject({ code: 'unavailable', retry: 'same' });
  });

  it('makes a defect of ours of everything else and keeps statement and values out of the message', () => {
    const mapped = mapPgError(failed({ code: '42P01', message: 'relation "x" does not exist' }));
    expect(mapped).toMatchObject({ code: 'internal', retry: 'never' });
    expect(mapped.message + (mapped.remedy ?? '') + JSON.stringify(mapped.details)).not.toMatch(
      /secret|canary|relation/,
    );
    expect(mapPgError(failed({ code: '23505', constraint: 'of_another_program' })).code).toBe('internal');
  });

  it('leaves a DomainError as it is', () => {
    const error = new DomainError('stale', 'x');
    expect(mapPgError(error)).toBe(error);
  });
});

describe('isRepeatable', () => {
  it('is true for deadlocks and serialization failures only', () => {
    expect(isRepeatable(mapPgError(failed({ code: '40P01' })))).toBe(true);
    expect(isRepeatable(failed({ code: '40001' }))).toBe(true);
    expect(isRepeatable(failed({ code: '57P01' }))).toBe(false);
    expect(isRepeatable('text')).toBe(false);
  });
});
