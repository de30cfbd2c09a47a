/** What is done to appliances: power, and their configuration as the policy of that name. */
import { DomainError, vserverId, type WrittenConfig } from '@openvsys/vsys';
import type { CimiContext } from './context.js';
import { isInput } from './credentials.js';
import { getAppliance, serviceOf } from './efms.js';
import type { Acting, Changes, Outcome } from './face.js';
import { acceptedJob } from './jobs.js';
import { noteOf, writeNotes } from './notes.js';
import { wrong } from './wish-errors.js';

export function serviceActions(context: CimiContext): Readonly<Record<string, Acting>> {
  const power = (verb: 'start' | 'stop'): Acting => ({
    permission: 'vsys:power',
    run: async (id) => {
      await getAppliance(context, id);
      const accepted = await context.use.power.execute(context.call, { server: vserverId(id), verb });
      return { kind: 'accepted', job: acceptedJob(context, accepted) };
    },
  });
  return { start: power('start'), stop: power('stop') };
}

/** Policies of a service: the whole configuration as JSON text. Keys are left out. */
export async function policiesOf({ use, call }: CimiContext, id: string): Promise<Record<string, string>> {
  const { config } = await use.readEfm.config(call, vserverId(id));
  return { configuration: JSON.stringify(config) };
}

export async function editService(context: CimiContext, id: string, changes: Changes): Promise<Outcome> {
  const server = await getAppliance(context, id);
  await writeNotes(context, server.vsysId, id, changes);
  const present = await policiesOf(context, id);
  const wanted = configurationIn(changes);
  const resource = async () =>
    serviceOf(context, server, await noteOf(context, id, server.vsysId), await policiesOf(context, id));
  if (wanted === undefined || wanted === present['configuration'])
    return { kind: 'done', resource: await resource() };
  const { accepted } = await context.use.configureEfm.execute(context.call, {
    efm: vserverId(id),
    expected: undefined,
    edit: () => parsedConfiguration(wanted),
  });
  return { kind: 'accepted', job: acceptedJob(context, accepted), resource: await resource() };
}

function configurationIn({ policies }: Changes): string | undefined {
  const text = isInput(policies) ? policies['configuration'] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Throws `invalid-request`. */
export function parsedConfiguration(text: string): WrittenConfig {
  try {
    const value: unknown = JSON.parse(text);
    if (isInput(value)) return value;
  } catch (error) {
    throw new DomainError('invalid-request', 'The policy `configuration` is not JSON.', {
      pointer: '/policies/configuration',
      cause: error,
    });
  }
  throw wrong('policies/configuration', 'a JSON object');
}
