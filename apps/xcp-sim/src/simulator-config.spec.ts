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

  it('chooses a release, people with roles, and the brake of logins', () => {
    const { server } = readConfig({
      XCP_SIM_PASSWORD: 'x',
      XCP_SIM_PERSONALITY: 'xcp-ng-8.2',
      XCP_SIM_DIRECTORY: 'ann:a:vm-admin, bob:b',
      XCP_SIM_LOGIN_BRAKE_MS: '2200',
    });
    expect(server).toMatchObject({
      personality: 'xcp-ng-8.2',
      directory: [
        { name: 'ann', password: 'a', role: 'vm-admin' },
        { name: 'bob', password: 'b' },
      ],
      loginBrakeMs: 2200,
    });
    expect(() => readConfig({ XCP_SIM_PASSWORD: 'x', XCP_SIM_PERSONALITY: 'xcp-9' })).toThrow(/PERSONALITY/);
    expect(() => readConfig({ XCP_SIM_PASSWORD: 'x', XCP_SIM_DIRECTORY: 'ann' })).toThrow(/DIRECTORY/);
  });

  it('grows a pool until a fleet fits', () => {
    const { hostCount, server } = readConfig({ XCP_SIM_PASSWORD: 'x', XCP_SIM_FLEET: '8x1000x4000' });
    expect(hostCount).toBe(8);
    expect(server.fleet).toMatchObject({ vms: 1000, disks: 4000 });
    expect(server.hostMemoryBytes).toBeGreaterThan(125 * GIB);
    const room = server.storage?.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) ?? 0;
    expect(room).toBeGreaterThanOrEqual(4000 * 20 * GIB);
    for (const wrong of ['8x10', '80x10x10', '1x1x100'])
      expect(() => readConfig({ XCP_SIM_PASSWORD: 'x', XCP_SIM_FLEET: wrong })).toThrow(/XCP_SIM_FLEET/);
  });

  it('reports all mistakes together, by name', () => {
    expect(() => readConfig({ XCP_SIM_HOSTS: '0', XCP_SIM_PROFILE: 'warp' })).toThrow(
      /XCP_SIM_PASSWORD[\s\S]*XCP_SIM_HOSTS[\s\S]*XCP_SIM_PROFILE/,
    );
    expect(() => readConfig({ XCP_SIM_PASSWORD: 'x', XCP_SIM_TEMPLATES: 'debian' })).toThrow(
      /XCP_SIM_TEMPLATES/,
    );
  });
});
