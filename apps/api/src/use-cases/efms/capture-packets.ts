/** Packets that pass an appliance, for a bounded time and number of bytes; they can be fetched once. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  getEfmCapture,
  getEfmPlace,
  insertEfmCapture,
  listEfmCaptures,
  listWantedInputs,
  removeEfmCapture,
  takeEfmCapture,
  type CaptureWish,
  type EfmCaptureRecord,
  type EfmPlace,
  type Session,
} from '@openvsys/persistence';
import { interfaceOfZone } from '@openvsys/efm';
import { DomainError, INTERNET, type VServerId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { FreshIds } from '../clock.js';
import { Transactor } from '../transactor.js';

/** Bounds of what can be asked for. */
export const MAX_CAPTURE_SECONDS = 60;
export const MAX_CAPTURE_BYTES = 8 * 1024 * 1024;

export type CaptureCommand = Omit<CaptureWish, 'interface'>;

@Injectable()
export class CapturePackets {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
    private readonly ids: FreshIds,
  ) {}

  /** Throws `not-found` for the EFM, `invalid-request` for a zone that it is not in, `rate-limited`. */
  async ask(call: Call, id: VServerId, command: CaptureCommand): Promise<EfmCaptureRecord> {
    const { capture } = await this.transactor.change(call, async (session) => {
      const place = await getEfmPlace(session, call.scope, id);
      const wish = { ...command, interface: await interfaceOf(session, place, command.zone) };
      const own = this.ids.uuid();
      const requestedBy = call.principal.actor;
      await insertEfmCapture(session, { id: own, vserverId: id, requestedBy, wish });
      return {
        answer: { capture: own },
        audit: {
          organizationId: place.organizationId,
          verb: 'efm.capture',
          resource: id,
          detail: { capture: own, ...command },
        },
      };
    });
    return this.get(call, id, capture);
  }

  /** Newest first. Throws `not-found` as all of the following do. */
  async list(call: Call, id: VServerId): Promise<readonly EfmCaptureRecord[]> {
    return this.change(call, id, async (session) => listEfmCaptures(session, id));
  }

  async get(call: Call, id: VServerId, capture: string): Promise<EfmCaptureRecord> {
    return this.change(call, id, async (session) => getEfmCapture(session, id, capture));
  }

  /** A pcap file, once. Throws `conflict` when it is not done or was fetched before. */
  async fetch(call: Call, id: VServerId, capture: string): Promise<Buffer> {
    return this.change(call, id, async (session) => takeEfmCapture(session, id, capture));
  }

  async remove(call: Call, id: VServerId, capture: string): Promise<void> {
    await this.transactor.change(call, async (session) => {
      await getEfmPlace(session, call.scope, id);
      await removeEfmCapture(session, id, capture);
      const { organizationId } = call.principal;
      return {
        answer: {},
        audit: { organizationId, verb: 'efm.capture.remove', resource: id, detail: { capture } },
      };
    });
  }

  private async change<Answer>(
    call: Call,
    id: VServerId,
    work: (session: Session) => Promise<Answer>,
  ): Promise<Answer> {
    return this.database.transaction(async (session) => {
      await getEfmPlace(session, call.scope, id);
      return work(session);
    });
  }
}

async function interfaceOf(session: Session, { id, vsysId }: EfmPlace, zone: string): Promise<string> {
  const input = (await listWantedInputs(session, vsysId)).find((wanted) => wanted.id === id)?.input;
  const found = input && interfaceOfZone(input, zone);
  if (found !== undefined) return found;
  const zones = (input?.interfaces ?? []).map((nic) => nic.zone);
  throw new DomainError('invalid-request', `The EFM has no network card in “${zone}”.`, {
    pointer: '/zone',
    remedy: `Name one of ${[...zones, INTERNET].join(', ')}.`,
  });
}
