import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { bearerOf } from './basic-login.js';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const request = (authorization: string | undefined, { secure = false, from = '127.0.0.1' } = {}) =>
  ({ headers: { authorization }, secure, socket: { remoteAddress: from } }) as unknown as Request;

describe('a password', () => {
  it('is a token, whatever the user is called', () => {
    expect(bearerOf(request(basic('jo:ovs_token')), null)).toBe('Bearer ovs_token');
    expect(bearerOf(request(basic(':a:b')), null)).toBe('Bearer a:b');
    expect(bearerOf(request(basic('nobody')), null)).toBeUndefined();
    expect(bearerOf(request('Bearer ovs_token'), null)).toBe('Bearer ovs_token');
    expect(bearerOf(request(undefined), null)).toBeUndefined();
  });

  it('is taken where nobody can listen', () => {
    const login = basic('jo:ovs_token');
    expect(bearerOf(request(login, { secure: true, from: '192.0.2.1' }), null)).toBeDefined();
    expect(bearerOf(request(login, { from: '10.0.0.1' }), 'https://cloud.example')).toBeDefined();
    for (const [from, publicUrl] of [
      ['192.0.2.1', null],
      ['192.0.2.1', 'http://127.0.0.1:3000'],
      ['127.0.0.1', 'http://cloud.example'],
    ] as const)
      expect(() => bearerOf(request(login, { from }), publicUrl)).toThrow(/TLS/);
  });
});
