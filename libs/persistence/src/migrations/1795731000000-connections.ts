/** Connections between VNets of two systems. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP: readonly string[] = [
  `CREATE TABLE connection (
    id uuid NOT NULL,
    key_hash text,
    key_sealed text,
    created_at timestamptz NOT NULL,
    accepted_at timestamptz,
    released_at timestamptz,
    CONSTRAINT connection_pk PRIMARY KEY (id),
    CONSTRAINT connection_key_whole CHECK ((key_sealed IS NULL) = (key_hash IS NULL))
  )`,
  `CREATE TABLE connection_end (
    connection_id uuid NOT NULL,
    side text NOT NULL,
    organization_id uuid NOT NULL,
    vsys_id text NOT NULL,
    vnet_id text NOT NULL,
    cidr cidr NOT NULL,
    zone text NOT NULL,
    released_at timestamptz,
    CONSTRAINT connection_end_pk PRIMARY KEY (connection_id, side),
    CONSTRAINT connection_end_connection_id_fk FOREIGN KEY (connection_id) REFERENCES connection(id),
    CONSTRAINT connection_end_organization_id_fk FOREIGN KEY (organization_id) REFERENCES organization(id),
    CONSTRAINT connection_end_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id),
    CONSTRAINT connection_end_side CHECK (side IN ('from', 'to'))
  )`,
  `CREATE UNIQUE INDEX connection_end_zone_unique ON connection_end (vsys_id, zone) WHERE released_at IS NULL`,
  `CREATE INDEX connection_end_held_index ON connection_end (organization_id) WHERE released_at IS NULL`,
  `CREATE TABLE tunnel_key (
    vsys_id text NOT NULL,
    public_key text NOT NULL,
    private_key text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT tunnel_key_pk PRIMARY KEY (vsys_id),
    CONSTRAINT tunnel_key_vsys_id_fk FOREIGN KEY (vsys_id) REFERENCES vsys(id)
  )`,
];

const DOWN: readonly string[] = [
  'DROP TABLE tunnel_key',
  'DROP TABLE connection_end',
  'DROP TABLE connection',
];

export class Connections1795731000000 implements MigrationInterface {
  readonly name = 'Connections1795731000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
