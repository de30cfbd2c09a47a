import { describe, expect, it } from 'vitest';
import { helpText, readCommandLine } from './command-line.js';
import { OPTION_FACTS } from './simulator-options.js';

describe('command line of the simulator', () => {
  it('writes flags over the environment', () => {
    const { command, environment } = readCommandLine(['--hosts', '2', '--sr-type=lvm'], {
      XCP_SIM_HOSTS: '5',
      XCP_SIM_PASSWORD: 'x',
    });
    expect(command).toBe('serve');
    expect(environment).toEqual({ XCP_SIM_HOSTS: '2', XCP_SIM_SR_TYPE: 'lvm', XCP_SIM_PASSWORD: 'x' });
  });

  it('knows its other commands', () => {
    expect(readCommandLine(['measure-fleet', '--fleet', '2x10x20'], {})).toEqual({
      command: 'measure-fleet',
      environment: { XCP_SIM_FLEET: '2x10x20' },
    });
    expect(readCommandLine(['--coverage'], {}).command).toBe('coverage');
    expect(readCommandLine(['-h'], {}).command).toBe('help');
  });

  it.each([['--hots', '2'], ['serve', 'twice'], ['dance'], ['--hosts']])('refuses %s', (...args) => {
    expect(() => readCommandLine(args, {})).toThrow(Error);
  });

  it('explains every option', () => {
    for (const { flag, meaning } of OPTION_FACTS) {
      expect(meaning).not.toBe('');
      expect(helpText()).toContain(`--${flag}`);
    }
  });
});
