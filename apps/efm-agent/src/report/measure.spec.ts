import { expect, it } from 'vitest';
import { parseStatistics } from './measure.js';

it('reads statistics by the names of columns, listeners first', () => {
  const text = [
    '# pxname,svname,scur,stot,bin,bout,ereq,econ,eresp,status,check_status,',
    'to-http,web-1,1,20,300,4000,,2,3,DOWN,L7STS,',
    'in-http,FRONTEND,2,21,301,4001,1,,,OPEN,,',
    '',
  ].join('\n');
  expect(parseStatistics(text)).toEqual([
    {
      proxy: 'in-http',
      member: null,
      status: 'OPEN',
      currentSessions: 2,
      totalSessions: 21,
      bytesIn: 301,
      bytesOut: 4001,
      errors: 1,
      check: '',
    },
    {
      proxy: 'to-http',
      member: 'web-1',
      status: 'DOWN',
      currentSessions: 1,
      totalSessions: 20,
      bytesIn: 300,
      bytesOut: 4000,
      errors: 5,
      check: 'L7STS',
    },
  ]);
  expect(parseStatistics('')).toEqual([]);
});
