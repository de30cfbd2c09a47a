import { ANY_IPV4 } from '@openvsys/vsys';
import { describe, expect, it } from 'vitest';
import { seenAddresses, wantedLock } from './nic-lock.js';

describe('the lock of a NIC', () => {
  it.each([
    [{ ipv4: '10.0.0.2' }, 'locked', ['10.0.0.2']],
    [{ ipv4: '10.0.0.2', alsoIpv4: ['10.0.0.9'] }, 'locked', ['10.0.0.2', '10.0.0.9']],
    [{ ipv4: '10.0.0.1', alsoIpv4: [ANY_IPV4] }, 'unlocked', ['10.0.0.1']],
    [{ ipv4: '10.0.0.2', alsoIpv4: ['10.0.0.1', ANY_IPV4] }, 'unlocked', ['10.0.0.2', '10.0.0.1']],
    [{ ipv4: '10.0.0.2', ipv6: 'fd00::a00:2' }, 'locked', ['10.0.0.2']],
  ] as const)('of %j is %s, and is seen as it was wanted', (wanted, mode, allowed) => {
    const lock = wantedLock(wanted);
    const ipv6 = 'ipv6' in wanted ? [wanted.ipv6] : [];
    expect(lock).toEqual({ locking_mode: mode, ipv4_allowed: allowed, ipv6_allowed: ipv6 });
    expect(seenAddresses(lock)).toEqual(wanted);
  });

  it('is seen as open when somebody opened it, and as unknown when it follows the network', () => {
    expect(seenAddresses({ locking_mode: 'unlocked', ipv4_allowed: ['10.0.0.2'], ipv6_allowed: [] })).toEqual(
      {
        ipv4: '10.0.0.2',
        alsoIpv4: [ANY_IPV4],
      },
    );
    expect(
      seenAddresses({ locking_mode: 'network_default', ipv4_allowed: ['10.0.0.2'], ipv6_allowed: [] }),
    ).toEqual({
      ipv4: '',
    });
  });
});
