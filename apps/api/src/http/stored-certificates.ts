/** Finds users' certificates in the database. */
import {
  findUsableCertificate,
  listUsableCertificates,
  touchUserCertificate,
  type Database,
  type UsableCertificate,
} from '@openvsys/persistence';

/** Tried for one unknown signature at most: a check takes some 30 µs. */
const MOST_CANDIDATES = 500;

/** Certificates end by the machine's clock, also when metered time is scaled. */
export class StoredCertificates {
  constructor(private readonly database: Database) {}

  async find(fingerprint: string): Promise<UsableCertificate | undefined> {
    return this.database.session(async (session) => findUsableCertificate(session, fingerprint, new Date()));
  }

  async list(): Promise<readonly UsableCertificate[]> {
    return this.database.session(async (session) =>
      listUsableCertificates(session, new Date(), MOST_CANDIDATES),
    );
  }

  async touch({ id }: UsableCertificate): Promise<void> {
    await this.database.session(async (session) => touchUserCertificate(session, id, new Date()));
  }
}
