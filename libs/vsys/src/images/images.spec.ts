import { describe, expect, it } from 'vitest';
import { contractId } from '../ids.js';
import {
  allowedImageActions,
  IMAGE_STATES,
  parseImageReference,
  requireImageName,
  templateNameOf,
} from './index.js';

describe('names of images', () => {
  it('reads a name with or without a version, and nothing else', () => {
    expect(parseImageReference('debian-13')).toEqual({ name: 'debian-13', version: undefined });
    expect(parseImageReference('web-base:12')).toEqual({ name: 'web-base', version: 12 });
    for (const wrong of ['', ':1', 'a:', 'a:0', 'a:01', 'a:1:2', 'a:-1', 'a:1e3', 'a:123456'])
      expect([wrong, parseImageReference(wrong)]).toEqual([wrong, undefined]);
  });

  it('gives no two images one template', () => {
    const contract = contractId('DEMO0001');
    const templates = [
      templateNameOf(null, 'web', 1),
      templateNameOf(null, 'web', 2),
      templateNameOf(contract, 'web', 1),
      templateNameOf(contract, 'web', 2),
    ];
    expect(templates).toEqual(['web', 'web_2', 'DEMO0001_web_1', 'DEMO0001_web_2']);
    expect(() => requireImageName('web_2')).toThrow(expect.objectContaining({ pointer: '/name' }));
    expect(() => requireImageName('../etc')).toThrow(/cannot be used/);
  });

  it('lets every image that is there be removed, and nothing be done to one that is gone', () => {
    const removable = IMAGE_STATES.filter((state) => allowedImageActions(state).includes('remove'));
    expect(removable).toEqual(['awaiting-upload', 'available', 'failed', 'removing']);
    expect(allowedImageActions('removed')).toEqual([]);
  });
});
