/**
 * Chains the audit: every entry carries the hash of the one before it, so that a change, a gap or an exchange in the past
 * shows. Each organization has a chain of its own, and the provider has one, so that tenants do not wait for each other
 * and everybody can check what concerns them.
 *
 *   hash(n) = sha256(hash(n − 1) ‖ content(n))      hash(0) = 32 zero bytes      audit_head: position and hash of the last
 *
 * The database does it, whoever writes. An entry waits for the one before it only from its insertion, the last thing of
 * a transaction, to the commit.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const PROVIDER = `'00000000-0000-0000-0000-000000000000'::uuid`;
const ZERO = `decode(repeat('00', 32), 'hex')`;

const UP = [
  `ALTER TABLE audit ADD COLUMN reason text, ADD COLUMN chain uuid, ADD COLUMN position bigint,
    ADD COLUMN previous bytea, ADD COLUMN hash bytea`,
  `CREATE TABLE audit_head (
    chain uuid NOT NULL CONSTRAINT audit_head_pk PRIMARY KEY,
    position bigint NOT NULL,
    hash bytea NOT NULL
  )`,
  // jsonb writes its keys in one order and its numbers in one form, and microseconds depend on no time zone.
  `CREATE FUNCTION audit_content(entry audit) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT convert_to(jsonb_build_array(entry.chain, entry.position, entry.id, entry.organization_id, entry.actor,
      entry.verb, entry.resource, entry.request_id, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.detail,
      entry.reason)::text, 'UTF8')
  $$`,
  `CREATE FUNCTION chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    head audit_head;
  BEGIN
    NEW.chain := coalesce(NEW.organization_id, ${PROVIDER});
    SELECT * INTO head FROM audit_head WHERE chain = NEW.chain FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO audit_head VALUES (NEW.chain, 0, ${ZERO}) ON CONFLICT DO NOTHING;
      SELECT * INTO head FROM audit_head WHERE chain = NEW.chain FOR UPDATE;
    END IF;
    NEW.position := head.position + 1;
    NEW.previous := head.hash;
    NEW.hash := sha256(head.hash || audit_content(NEW));
    UPDATE audit_head SET position = NEW.position, hash = NEW.hash WHERE chain = NEW.chain;
    RETURN NEW;
  END $$`,
  // Entries of before this version, in the order in which they were made. The head is written once a chain: a row that is
  // changed again and again in one transaction becomes slow.
  `ALTER TABLE audit DISABLE TRIGGER audit_is_append_only`,
  `DO $$
  DECLARE
    entry audit;
    head audit_head;
  BEGIN
    FOR entry IN SELECT * FROM audit ORDER BY coalesce(organization_id, ${PROVIDER}), id LOOP
      entry.chain := coalesce(entry.organization_id, ${PROVIDER});
      IF head.chain IS DISTINCT FROM entry.chain THEN
        IF head.chain IS NOT NULL THEN INSERT INTO audit_head SELECT head.*; END IF;
        head.chain := entry.chain;
        head.position := 0;
        head.hash := ${ZERO};
      END IF;
      entry.position := head.position + 1;
      entry.previous := head.hash;
      entry.hash := sha256(entry.previous || audit_content(entry));
      UPDATE audit SET chain = entry.chain, position = entry.position, previous = entry.previous, hash = entry.hash
        WHERE id = entry.id;
      head.position := entry.position;
      head.hash := entry.hash;
    END LOOP;
    IF head.chain IS NOT NULL THEN INSERT INTO audit_head SELECT head.*; END IF;
  END $$`,
  `ALTER TABLE audit ENABLE TRIGGER audit_is_append_only`,
  `ALTER TABLE audit ALTER COLUMN chain SET NOT NULL, ALTER COLUMN position SET NOT NULL,
    ALTER COLUMN previous SET NOT NULL, ALTER COLUMN hash SET NOT NULL,
    ADD CONSTRAINT audit_chain_position UNIQUE (chain, position)`,
  `CREATE TRIGGER audit_is_chained BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION chain_audit()`,
  `CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];

const DOWN = [
  'DROP TRIGGER audit_is_never_emptied ON audit',
  'DROP TRIGGER audit_is_chained ON audit',
  'DROP FUNCTION chain_audit()',
  'DROP FUNCTION audit_content(audit)',
  'DROP TABLE audit_head',
  'ALTER TABLE audit DROP COLUMN reason, DROP COLUMN chain, DROP COLUMN position, DROP COLUMN previous, DROP COLUMN hash',
];

export class AuditChain1795520000000 implements MigrationInterface {
  readonly name = 'AuditChain1795520000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
