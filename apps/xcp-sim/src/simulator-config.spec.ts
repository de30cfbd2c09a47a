import { describe, expect, it } from 'vitest';
import { readConfig } from './simulator-config.js';

const GIB = 2 ** 30;

describe('configuration of the simulator', () => {
  it('needs nothing but a password', () => {
    const config = readConfig({ XCP_SIM_PASSWORD: 'x' });
    expect(config).toMatchObject({ hostCount: 3, wantsTls: false, stateFile: undefined });
    expect(config.server).toMatchObject({
      profile: 'default-nfs',
      managementInterface: true,
      clock: { mode: 'real' },
      hostMemoryBytes: 64 * GIB,
    });
  });

  it('reads speed, storage and templates', () => {
    const config = readConfig({
      XCP_SIM_PASSWORD: 'x',
      XCP_SIM_TIME_SCALE: '4',
      XCP_SIM_SR_COUNT: '2',
      XCP_SIM_TEMPLATES: 'debian-13:4, windows-2025:40:windows:4',
    });
    expect(config.server.clock).toEqual({ mode: 'scaled', speed: 4 });
    expect(config.server.storage?.map((storage) => storage.name)).toEqual(['nfs-1', 'nfs-2']);
    expect(config.server.templates).toEqual([
      { name: 'debian-13', diskBytes: 4 * GIB, os: 'linux', memoryBytes: GIB },
      { name: 'windows-2025', diskBytes: 40 * GIB, os: 'windows', memoryBytes: 4 * GIB },
    ]);
  });

  it('reports all mistakes together, by name', () => {
    expect(() => readConfig({ XCP_SIM_HOSTS: '0', XCP_SIM_PROFILE: 'warp' })).toThrow(
      /XCP_SIM_HOSTS[\s\S]*XCP_SIM_PROFILE[\s\S]*XCP_SIM_PASSWORD/,
    );
    expect(() => readConfig({ XCP_SIM_PASSWORD: 'x', XCP_SIM_TEMPLATES: 'debian' })).toThrow(
      /XCP_SIM_TEMPLATES/,
    );
  });
});
