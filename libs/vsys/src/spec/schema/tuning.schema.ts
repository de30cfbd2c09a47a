/** How a server shares the processors and the memory of its host, and what happens when it dies. */
import { z } from 'zod';
import { orText, orWhole, type References } from './fields.js';

/** Physical processors of one host; the largest that XenServer supports. */
const MOST_CPUS = 4096;
const weight = z.int().min(1).max(65_535);
const cap = z
  .int()
  .min(0)
  .max(100 * 64);
const cores = z.int().min(1).max(64);
const cpuMask = z
  .array(
    z
      .int()
      .min(0)
      .max(MOST_CPUS - 1),
  )
  .min(1)
  .max(MOST_CPUS);
const memory = z
  .int()
  .min(128)
  .max(2 ** 22);

export const headroomSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      vcpus: orWhole(cores, refs).meta({ description: 'Most vCPUs; at least those of its type.' }),
      memoryMiB: orWhole(memory, refs).meta({
        description: 'Most memory; at least that of its type, at most four times as much.',
      }),
    })
    .meta({
      title: 'Headroom',
      description:
        'How far the server can grow without a restart, by another type. Its guest needs its Xen drivers for that. Another headroom needs a restart.',
    });

export const tuningSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      cpuWeight: orWhole(weight, refs).exactOptional().meta({
        description: 'Share of processor time when the host is busy; 256 is usual.',
      }),
      cpuCap: orWhole(cap, refs).exactOptional().meta({
        description: 'Most processor time, in percent of one processor; 0: no bound.',
      }),
      cpuMask: cpuMask.exactOptional().meta({ description: 'Physical processors that it may use.' }),
      coresPerSocket: orWhole(cores, refs).exactOptional().meta({
        description: 'What the guest sees; divides the number of vCPUs.',
      }),
      minMemoryMiB: orWhole(memory, refs).exactOptional().meta({
        description: 'The host may take memory from the running guest, down to this.',
      }),
      onCrash: orText(z.enum(['restart', 'stop', 'preserve']), refs).exactOptional(),
      afterHostFailure: orText(z.enum(['restart', 'best-effort', 'nothing']), refs)
        .exactOptional()
        .meta({
          description: 'On pools with high availability.',
        }),
    })
    .meta({ title: 'Tuning', description: 'Processor settings take effect when the server next boots.' });
