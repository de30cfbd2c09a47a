/** Shows the configuration of an EFM, now and before, and what its appliance says about it. */
import { Injectable } from '@nestjs/common';
import {
  countersOf,
  findCertificateFacts,
  logEntryOf,
  type EfmCounter,
  type EfmLogEntry,
} from '@openvsys/efm';
import {
  Database,
  findCounterBase,
  findGenerationSource,
  getEfmFigures,
  getEfmPlace,
  getEfmVersion,
  getPresentSystem,
  listEfmLogs,
  listEfmVersions,
  listWantedInputs,
  type EfmLogFilter,
  type EfmLogRecord,
  type EfmPlace,
  type EfmVersionRecord,
  type Page,
  type PageRequest,
  type Session,
} from '@openvsys/persistence';
import {
  bindParameters,
  descriptorOf,
  designWithoutSecrets,
  DomainError,
  withoutKeys,
  writtenEfm,
  type EfmDesign,
  type VServerId,
  type WrittenConfig,
} from '@openvsys/vsys';
import type { Call } from '../call.js';
import { BusinessTime, SecretSealer } from '../clock.js';
import { sinceBase } from './counter-base.js';
import { nativeCounters, nativeProgram } from './native-reports.js';
import { presentEfm, type PresentEfm } from './present-efm.js';
import { certificatesOf, rulesOf, type ShownCertificate, type ShownRule } from './shown-parts.js';

export interface ShownConfig {
  /** Keys are left out. */
  readonly config: WrittenConfig;
  readonly tag: string;
}

export interface ShownVersion extends EfmVersionRecord {
  /** As it was written; null when the generation is not kept any more. */
  readonly config: WrittenConfig | null;
  readonly rendered: Readonly<Record<string, string>>;
}

export interface LogLine extends EfmLogRecord {
  /** What it means; null: nothing to the EFM. */
  readonly entry: EfmLogEntry | null;
}

@Injectable()
export class ReadEfm {
  constructor(
    private readonly database: Database,
    private readonly sealer: SecretSealer,
    private readonly time: BusinessTime,
  ) {}

  /** All of these throw `not-found` for foreign ids, unknown ones, and servers that are no EFM. */
  async config(call: Call, id: VServerId): Promise<ShownConfig> {
    return this.look(call, id, async (session, place) => {
      const { config, tag } = await this.present(session, call, place);
      return { config: withoutKeys(config), tag };
    });
  }

  /** With every default written out and every parameter filled in; keys are empty. */
  async design(call: Call, id: VServerId): Promise<EfmDesign> {
    return this.look(call, id, async (session, place) => {
      const { system, name } = await this.present(session, call, place);
      const { efms } = designWithoutSecrets(bindParameters(system.descriptor, system.values));
      const design = efms.find((efm) => efm.name === name);
      if (design === undefined) throw new DomainError('internal', `The design has lost its EFM “${name}”.`);
      return design;
    });
  }

  async rules(call: Call, id: VServerId): Promise<{ items: readonly ShownRule[]; tag: string }> {
    return this.look(call, id, async (session, place) => {
      const present = await this.present(session, call, place);
      const { counters } = await getEfmFigures(session, call.scope, id);
      return { items: rulesOf(present, counters), tag: present.tag };
    });
  }

  async certificates(
    call: Call,
    id: VServerId,
  ): Promise<{ items: readonly ShownCertificate[]; tag: string }> {
    return this.look(call, id, async (session, place) => {
      const present = await this.present(session, call, place);
      const at = this.time.now();
      return { items: certificatesOf(present, (pem) => findCertificateFacts(pem, at)), tag: present.tag };
    });
  }

  async versions(call: Call, id: VServerId, page: PageRequest): Promise<Page<EfmVersionRecord>> {
    return this.look(call, id, async (session) => listEfmVersions(session, id, page));
  }

  async version(call: Call, id: VServerId, version: number): Promise<ShownVersion> {
    return this.look(call, id, async (session, { vsysId, name }) => {
      const { document, input: _, ...record } = await getEfmVersion(session, id, version);
      const source = await findGenerationSource(session, vsysId, version);
      const config = source && withoutKeys(writtenEfm(descriptorOf(source.document), name).config);
      return { ...record, config: config ?? null, rendered: document.files };
    });
  }

  async logs(call: Call, id: VServerId, filter: EfmLogFilter, page: PageRequest): Promise<Page<LogLine>> {
    return this.look(call, id, async (session, { vsysId }) => {
      const found = await listEfmLogs(session, id, filter, page);
      const input = (await listWantedInputs(session, vsysId)).find((wanted) => wanted.id === id)?.input;
      const entryOf = ({ at, source, text }: EfmLogRecord): EfmLogEntry | null => {
        const program = nativeProgram(source);
        if (program === undefined || input === undefined) return null;
        return logEntryOf(input, { program, at: at.toISOString(), text }) ?? null;
      };
      return { ...found, items: found.items.map((line) => ({ ...line, entry: entryOf(line) })) };
    });
  }

  async counters(
    call: Call,
    id: VServerId,
  ): Promise<{ reportedAt: Date | null; since: Date | null; items: readonly EfmCounter[] }> {
    return this.look(call, id, async (session, { vsysId }) => {
      const figures = await getEfmFigures(session, call.scope, id);
      const input = (await listWantedInputs(session, vsysId)).find((wanted) => wanted.id === id)?.input;
      const anew = await findCounterBase(session, id);
      const counters = sinceBase(nativeCounters(figures), anew?.base ?? {});
      const items = input === undefined ? [] : countersOf(input, counters);
      return { reportedAt: figures.reportedAt, since: anew?.since ?? null, items };
    });
  }

  private async present(session: Session, call: Call, { vsysId, name }: EfmPlace): Promise<PresentEfm> {
    const vsys = await getPresentSystem(session, call.scope, vsysId);
    return presentEfm(session, vsys, name, this.sealer);
  }

  private async look<Answer>(
    call: Call,
    id: VServerId,
    work: (session: Session, place: EfmPlace) => Promise<Answer>,
  ): Promise<Answer> {
    return this.database.session(async (session) =>
      work(session, await getEfmPlace(session, call.scope, id)),
    );
  }
}
