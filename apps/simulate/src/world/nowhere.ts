/** What leads out of this world and is not there: disks of the machine, other machines. */
import type { OutboundClient } from '@openvsys/outbound';
import { SpoolFolder } from '@openvsys/spool';
import { DomainError } from '@openvsys/vsys';

/** A folder that is always empty: files answer when the machine likes, which no seed decides. */
export class EmptySpool extends SpoolFolder {
  constructor() {
    super('/nonexistent');
  }

  override async list(): Promise<[]> {
    return await Promise.resolve([]);
  }
}

const nobody = async (): Promise<never> =>
  await Promise.reject(new DomainError('target-unreachable', 'There is nobody outside of a simulation.'));

export const NOBODY_OUTSIDE: OutboundClient = {
  request: nobody,
  stream: nobody,
  check: nobody,
  close: async () => {},
};
