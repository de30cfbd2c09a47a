/** Time, fresh ids and the sealing of secrets as use cases see them; classes, so that they can be injected. */
import type { SpoolFolder } from '@openvsys/spool';
import type { AgentEnrolment, IdSource, SealedText, TextSealer } from '@openvsys/vsys';

/** The time that is written into rows and that usage is measured by. */
export abstract class BusinessTime {
  abstract now(): Date;
}

export abstract class FreshIds implements IdSource {
  abstract uuid(): string;
  abstract systemName(): string;
}

/** How agents of appliances are let in; undefined in an installation that has no way for them. */
export abstract class Enrolment {
  abstract find(): AgentEnrolment | undefined;
}

/** Where contents of images wait, and how much of it there may be. */
export abstract class Spool {
  abstract readonly folder: SpoolFolder;
  abstract readonly limitBytes: number;
  /** Of the API as callers reach it, for links; without a trailing slash. */
  abstract readonly publicUrl: string;
}

export abstract class SecretSealer implements TextSealer {
  abstract seal(...given: Parameters<TextSealer['seal']>): SealedText;
  abstract open(...given: Parameters<TextSealer['open']>): string;
}
