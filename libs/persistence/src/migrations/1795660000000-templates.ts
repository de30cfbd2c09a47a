/** Templates that tenants keep, and descriptions and properties that they note on systems and parts. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE stored_template (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    properties jsonb NOT NULL DEFAULT '{}',
    document jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT stored_template_pk PRIMARY KEY (id),
    CONSTRAINT stored_template_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id)
  )`,
  'CREATE INDEX stored_template_kind_index ON stored_template (organization_id, kind, id)',
  `CREATE TABLE annotation (
    resource text NOT NULL,
    vsys_id text NOT NULL,
    description text NOT NULL DEFAULT '',
    properties jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT annotation_pk PRIMARY KEY (resource),
    CONSTRAINT annotation_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id)
  )`,
  'CREATE INDEX annotation_vsys_id_index ON annotation (vsys_id)',
];

export class Templates1795660000000 implements MigrationInterface {
  readonly name = 'Templates1795660000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE annotation');
    await runner.query('DROP TABLE stored_template');
  }
}
