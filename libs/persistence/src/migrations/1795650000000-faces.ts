/** What other protocols need: certificates of users, an authority for them, names of parts as callers wrote them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE user_certificate (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    subject text NOT NULL,
    serial text NOT NULL,
    certificate text NOT NULL,
    origin text NOT NULL,
    not_before timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CONSTRAINT user_certificate_pk PRIMARY KEY (id),
    CONSTRAINT user_certificate_fingerprint_unique UNIQUE (fingerprint),
    CONSTRAINT user_certificate_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT user_certificate_user_id_fk FOREIGN KEY (user_id) REFERENCES user_account(id),
    CONSTRAINT user_certificate_origin_known CHECK (origin IN ('issued', 'registered'))
  )`,
  `CREATE INDEX user_certificate_organization_id_index ON user_certificate (organization_id)`,
  `CREATE INDEX user_certificate_user_id_index ON user_certificate (user_id)`,
  `CREATE TABLE certificate_authority (
    name text NOT NULL,
    certificate text NOT NULL,
    private_key text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT certificate_authority_pk PRIMARY KEY (name)
  )`,
  `CREATE TABLE signature_policy (
    organization_id uuid NOT NULL,
    sha1 text NOT NULL,
    CONSTRAINT signature_policy_pk PRIMARY KEY (organization_id),
    CONSTRAINT signature_policy_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT signature_policy_sha1_known CHECK (sha1 IN ('accept', 'refuse'))
  )`,
  `CREATE TABLE part_label (
    part_id text NOT NULL,
    vsys_id text NOT NULL,
    label text NOT NULL,
    CONSTRAINT part_label_pk PRIMARY KEY (part_id),
    CONSTRAINT part_label_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id)
  )`,
  `CREATE INDEX part_label_vsys_id_index ON part_label (vsys_id)`,
];

export class Faces1795650000000 implements MigrationInterface {
  readonly name = 'Faces1795650000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['part_label', 'signature_policy', 'certificate_authority', 'user_certificate'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
