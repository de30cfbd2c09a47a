/**
 * Changes the configuration of an EFM, as a whole or one thing of it, or says what that would do. An edit is a change of the
 * VSYS like any other: the descriptor gets another configuration, the whole is admitted, and the next generation wants
 * another document. So changes queue behind each other and none is refused because another one is under way.
 */
import { Injectable } from '@nestjs/common';
import { Database, getEfmPlace, listWantedInputs, type EfmPlace, type Session } from '@openvsys/persistence';
import {
  editEfm,
  inConfigTerms,
  violationsInConfigTerms,
  type FailurePolicy,
  type VServerId,
  type WrittenConfig,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import type { Accepted } from '../vsys/accepted.js';
import { ChangeVsys } from '../vsys/change-vsys.js';
import type { DesignChange } from '../vsys/design-change.js';
import { bind } from '../vsys/design-source.js';
import { PlanVsys } from '../vsys/plan-vsys.js';
import { previewOf, type EfmPreview } from './efm-preview.js';
import { checkTag, presentEfm, tagOf, type ExpectedTags, type PresentEfm } from './present-efm.js';

export interface ConfigureEfmCommand {
  readonly efm: VServerId;
  readonly expected: ExpectedTags;
  readonly onFailure?: FailurePolicy | undefined;
  /** The next configuration. Throws what is wrong with the wish. */
  edit(present: PresentEfm, session: Session): WrittenConfig | Promise<WrittenConfig>;
}

export interface ConfiguredEfm {
  readonly accepted: Accepted;
  /** Of the new configuration; undefined when the answer is that of an earlier request with the same key. */
  readonly tag: string | undefined;
}

/** What is known of the edit once it was made: for places in errors and warnings. */
interface Edited {
  efm: string;
  config: WrittenConfig;
}

@Injectable()
export class ConfigureEfm {
  constructor(
    private readonly database: Database,
    private readonly change: ChangeVsys,
    private readonly plan: PlanVsys,
  ) {}

  /** Throws `not-found`, `stale`, and all that changing a VSYS throws, with places in the configuration. */
  async execute(call: Call, command: ConfigureEfmCommand): Promise<ConfiguredEfm> {
    const { change, edited } = await this.prepare(call, command);
    const accepted = await inTerms(edited, async () => this.change.execute(call, change));
    const { config } = edited();
    return { accepted, tag: config && tagOf(config) };
  }

  /** What it would do. Nothing is stored or reserved. */
  async preview(call: Call, command: ConfigureEfmCommand): Promise<EfmPreview> {
    const { change, edited } = await this.prepare(call, command);
    const looked = await inTerms(edited, async () =>
      this.plan.ofChangeWith(call, change, async (session, allocation) => ({
        before: await listWantedInputs(session, change.vsysId),
        after: allocation.efmConfigs,
      })),
    );
    const { efm = '', config = {} } = edited();
    const warnings = violationsInConfigTerms(looked.plan.warnings, efm, config);
    return previewOf({ ...looked.plan, warnings }, looked.extra);
  }

  private async prepare(call: Call, command: ConfigureEfmCommand) {
    const place = await this.database.session(async (session) =>
      getEfmPlace(session, call.scope, command.efm),
    );
    let made: Edited | undefined;
    const change = changeOf(place, command, (edited) => {
      made = edited;
    });
    return { change, edited: (): Partial<Edited> => made ?? {} };
  }
}

function changeOf(
  { vsysId, name: appliance }: EfmPlace,
  command: ConfigureEfmCommand,
  note: (edited: Edited) => void,
): DesignChange {
  return {
    vsysId,
    precondition: undefined,
    name: undefined,
    onFailure: command.onFailure ?? 'rollback',
    verb: 'change',
    design: async (session, _scope, vsys, sealer) => {
      const present = await presentEfm(session, vsys, appliance, sealer);
      checkTag(command.expected, present);
      const wanted = await command.edit(present, session);
      const { descriptor, values } = editEfm(present.system, appliance, () => wanted);
      const config: WrittenConfig = descriptor.efms?.[present.name]?.config ?? {};
      note({ efm: present.name, config });
      return bind({ descriptor, versionId: null, inline: descriptor }, values);
    },
  };
}

async function inTerms<T>(edited: () => Partial<Edited>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { efm, config } = edited();
    throw efm === undefined || config === undefined ? error : inConfigTerms(error, efm, config);
  }
}
