import { describe, expect, it } from 'vitest';
import { allocateNext, smallDocument } from '../../test/spec-fixtures.js';
import { serverStatus } from '../lifecycle/server-status.js';
import { NO_ACTIVITY } from '../lifecycle/activity.js';
import { bindParameters } from './bind/bind-parameters.js';
import { describeDifference } from './change/describe-difference.js';
import { withChangedServer } from './edit/servers.js';
import { sourceOfDraft } from './edit/system-draft.js';
import { descriptorOf } from './parse/parse-descriptor.js';
import { readinessText, type ReadinessSpec } from './readiness.js';
import type { VServerSpec } from './vsys-spec.js';

const BOX = { type: 'standard.small', image: 'debian-13', nics: [{ vnet: 'lan' }] };
const written = (db: object) =>
  descriptorOf(
    smallDocument({
      parameters: { patience: { type: 'integer', default: 90 } },
      vservers: { db: { ...BOX, ...db }, app: { ...BOX, startAfter: ['db'] } },
    }),
  );
const specOf = (db: object) => allocateNext(bindParameters(written(db), {})).spec;
const readyOf = (ready: object) => specOf({ ready }).servers.find(({ name }) => name === 'db')?.ready;

describe('readiness in a descriptor', () => {
  it.each<[object, ReadinessSpec]>([
    [
      { guestAgent: true },
      { gate: { kind: 'guest-agent' }, timeoutSeconds: 300, delaySeconds: 0, onTimeout: 'continue' },
    ],
    [
      { tcp: 5432, timeout: '${patience}', onTimeout: 'fail' },
      { gate: { kind: 'tcp', port: 5432 }, timeoutSeconds: 90, delaySeconds: 0, onTimeout: 'fail' },
    ],
    [
      { http: { port: 8080 }, delay: 5 },
      {
        gate: { kind: 'http', port: 8080, path: '/' },
        timeoutSeconds: 300,
        delaySeconds: 5,
        onTimeout: 'continue',
      },
    ],
    [{ delay: 60 }, { timeoutSeconds: 300, delaySeconds: 60, onTimeout: 'continue' }],
  ])('%j is wanted of its servers', (ready, wanted) => {
    expect(readyOf(ready)).toEqual(wanted);
  });

  it('is only of the server that says so', () => {
    const { servers } = specOf({ count: 2, servers: { 'db-2': { ready: { delay: 5 } } } });
    expect(servers.filter(({ ready }) => ready !== undefined).map(({ name }) => name)).toEqual(['db-2']);
  });

  it('is changed and taken away by a change of one server, and neither restarts it', () => {
    const source = { descriptor: written({ ready: { guestAgent: true } }), values: {} };
    const next = (ready: object | null) => {
      const draft = withChangedServer(source, 'db', { ready });
      const { descriptor, values } = sourceOfDraft(draft);
      return allocateNext(bindParameters(descriptor, values)).spec;
    };
    const before = specOf({ ready: { guestAgent: true } });
    const [changed] = describeDifference(before, next({ delay: 20 })).filter(
      ({ kind }) => kind === 'vserver',
    );
    expect(changed).toMatchObject({
      name: 'db',
      restartNeeded: false,
      fields: [{ field: 'ready', from: 'guest agent within 300 s or continue', to: '20 s' }],
    });
    expect(next(null).servers.find(({ name }) => name === 'db')).not.toHaveProperty('ready');
  });

  it('is told on one line', () => {
    const http = { kind: 'http', port: 80, path: '/up' } as const;
    expect(readinessText({ gate: http, timeoutSeconds: 9, delaySeconds: 3, onTimeout: 'fail' })).toBe(
      'HTTP /up on port 80 within 9 s or fail, then 3 s',
    );
  });
});

describe('the state of a server that others wait for', () => {
  const server = specOf({ ready: { guestAgent: true, timeout: 120 } }).servers.find(
    ({ name }) => name === 'db',
  ) as VServerSpec;
  const reasonOf = (power: 'running' | 'halted', readiness?: 'in-time' | 'late') => {
    const { id, vcpus, memoryMiB, restarts, guestData } = server;
    const seen = { id, vcpus, memoryMiB, restarts, guestData, stage: 'configured', host: null } as const;
    const vm = { ...seen, power, guestReady: false, ...(readiness === undefined ? {} : { readiness }) };
    return serverStatus(server, vm, NO_ACTIVITY).reason;
  };

  it('says that it is waited for, and that this was given up', () => {
    expect(reasonOf('halted')).toBeNull();
    expect(reasonOf('running')).toContain('waited for');
    expect(reasonOf('running', 'in-time')).toBeNull();
    expect(reasonOf('running', 'late')).toContain('not ready within 120 s');
  });
});
