/** Systems of this protocol begin stopped: whoever makes one starts the firewall and the servers afterwards. */
import type { Descriptor } from '@openvsys/vsys';

export function stoppedDescriptor(descriptor: Descriptor): Descriptor {
  const { vservers, efms } = descriptor;
  return {
    ...descriptor,
    vservers: stopped(vservers),
    ...(efms === undefined ? {} : { efms: stopped(efms) }),
  };
}

const stopped = <Part extends object>(parts: Readonly<Record<string, Part>>) =>
  Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, { ...part, power: 'stopped' as const }]),
  );
