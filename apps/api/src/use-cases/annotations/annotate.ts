/** Names as tenants write them, descriptions and properties of systems and their parts: the same through every face. */
import { Injectable } from '@nestjs/common';
import {
  Database,
  listAnnotations,
  lockVsys,
  writeAnnotation,
  writePartLabel,
  type AnnotationFilter,
  type AnnotationRecord,
} from '@openvsys/persistence';
import type { VsysId } from '@openvsys/vsys';
import type { Call } from '../call.js';
import { Transactor } from '../transactor.js';

/** What is undefined stays; null takes away. */
export interface AnnotationWish {
  /** Of a part; a system is renamed by changing it. */
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  /** All of them: those that are not named go. */
  readonly properties?: Readonly<Record<string, string>> | null | undefined;
}

@Injectable()
export class Annotate {
  constructor(
    private readonly database: Database,
    private readonly transactor: Transactor,
  ) {}

  /** By the id of the system or part; what nothing was noted on is missing. */
  async list(call: Call, filter: AnnotationFilter): Promise<ReadonlyMap<string, AnnotationRecord>> {
    const records = await this.database.session(async (session) =>
      listAnnotations(session, call.scope, filter),
    );
    return new Map(records.map((record) => [record.resource, record]));
  }

  /** `resource`: the system itself or one of its parts. Throws `not-found` for a system that the caller does not see. */
  async change(call: Call, vsys: VsysId, resource: string, wish: AnnotationWish): Promise<void> {
    await this.transactor.change(call, async (session, at) => {
      const { organizationId } = await lockVsys(session, call.scope, vsys, 'either');
      const [before] = await listAnnotations(session, call.scope, { vsysId: vsys, resources: [resource] });
      const { name, description = before?.description, properties = before?.properties } = wish;
      if (typeof name === 'string') await writePartLabel(session, vsys, resource, name);
      await writeAnnotation(session, vsys, {
        resource,
        name: name ?? null,
        description: description ?? '',
        properties: properties ?? {},
        version: (before?.version ?? 0) + 1,
        changedAt: at,
      });
      const fields = Object.keys(wish).filter((key) => Reflect.get(wish, key) !== undefined);
      return { answer: {}, audit: { organizationId, verb: 'part.annotate', resource, detail: { fields } } };
    });
  }
}
