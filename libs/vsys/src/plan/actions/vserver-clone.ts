/** Makes a server's VM and system disk from its image. */
import type { ActionRule } from './action-rule.js';
import { lockOf, putById } from './action-rule.js';

export const vserverClone: ActionRule<'vserver.clone'> = {
  kind: 'vserver.clone',
  due: ({ wanted, seen }) =>
    [...wanted.servers.values()]
      .filter(({ id }) => !seen.servers.has(id))
      .map(({ id, image, systemSr }) => ({
        kind: 'vserver.clone',
        part: id,
        image,
        ...(systemSr === undefined ? {} : { sr: systemSr }),
      })),
  predict: (observed, { part }) => ({
    ...observed,
    servers: putById(observed.servers, {
      id: part,
      stage: 'cloned',
      power: 'halted',
      // The clone has the image's size, which nobody relies on: a server at this stage is configured in any case.
      vcpus: 0,
      memoryMiB: 0,
      restarts: 0,
      guestData: {},
      host: null,
      guestReady: false,
    }),
  }),
  locks: ({ part }) => ({ exclusive: [lockOf(part)], shared: [] }),
  after: ({ part }) => [`vserver.destroy:${part}`],
  // Clones of one template go one after the other: side by side they are slower in sum.
  queue: ({ image }) => `image:${image}`,
  title: ({ part, image }, name) => `Clone ${image} for VServer ${name(part)}`,
  // XenAPI VM.clone 0.25 s and one VDI.clone on file-based storage 1.0 s.
  estimateMs: 1_300,
};
