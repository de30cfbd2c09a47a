/** When a server counts as up for those that start after it. */
import { z } from 'zod';
import { LONGEST_READINESS_WAIT, USUAL_READINESS_TIMEOUT } from '../readiness.js';
import { orText, orWhole, port, type References } from './fields.js';

const seconds = z.int().min(1).max(LONGEST_READINESS_WAIT);
const pause = z.int().min(0).max(LONGEST_READINESS_WAIT);
const path = z
  .string()
  .max(200)
  .regex(/^\/[!-~]*$/, 'must be a path like /health');

export const readinessSchema = <R extends z.ZodType>(refs: References<R>) =>
  z
    .strictObject({
      guestAgent: z
        .literal(true)
        .exactOptional()
        .meta({ description: 'The agent in the guest has reported.' }),
      tcp: orWhole(port, refs).exactOptional().meta({ description: 'This TCP port accepts connections.' }),
      http: z
        .strictObject({
          port: orWhole(port, refs),
          path: orText(path, refs).exactOptional().meta({ default: '/' }),
        })
        .exactOptional()
        .meta({ description: 'A GET of this path is answered with 2xx or 3xx.' }),
      timeout: orWhole(seconds, refs).exactOptional().meta({
        description: 'Longest wait, seconds.',
        default: USUAL_READINESS_TIMEOUT,
      }),
      delay: orWhole(pause, refs).exactOptional().meta({
        description: 'Pause after it, seconds; alone: after the server began to run.',
        default: 0,
      }),
      onTimeout: orText(z.enum(['continue', 'fail']), refs)
        .exactOptional()
        .meta({
          description: 'When the time is over: go on and say so with the server, or fail.',
          default: 'continue',
        }),
    })
    .meta({
      title: 'Readiness',
      description:
        'Servers that start after it wait for this. One of guestAgent, tcp and http, or a delay. Ports are asked by an appliance in the same VNet that starts no later, the firewall first; where there is none the guest agent is waited for instead, and the plan says so.',
      examples: [{ guestAgent: true, timeout: 300, delay: 10 }],
    });
