/** Another number of servers of a role, by the parameter or the descriptor that says it now. */
import { scaleRole, type FailurePolicy, type VsysId } from '@openvsys/vsys';
import type { Precondition } from '../precondition.js';
import type { DesignChange } from './design-change.js';
import { nextDesign, presentDescriptor } from './next-generation.js';

export interface ScaleRoleCommand {
  readonly vsysId: VsysId;
  readonly precondition: Precondition | undefined;
  readonly role: string;
  readonly count: number;
  readonly onFailure: FailurePolicy;
}

/** The design throws `not-found` for an unknown role, `conflict` for one without a count, `invalid-parameter`. */
export function scalingOf({ role, count, ...command }: ScaleRoleCommand): DesignChange {
  return {
    ...command,
    name: undefined,
    verb: 'scale',
    design: async (session, scope, vsys, sealer) => {
      const { descriptor } = await presentDescriptor(session, vsys);
      const scaling = scaleRole(descriptor, role, count);
      const wishes =
        scaling.by === 'parameter'
          ? { design: undefined, parameters: { [scaling.parameter]: scaling.count } }
          : {
              design: { kind: 'text', text: JSON.stringify(scaling.descriptor) } as const,
              parameters: undefined,
            };
      return nextDesign(session, scope, vsys, wishes, sealer);
    },
  };
}
