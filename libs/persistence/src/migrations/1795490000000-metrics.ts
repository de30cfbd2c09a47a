/**
 * What servers did, in steps of a minute, ten minutes, an hour and a day: a table a step, partitioned by time, so that
 * old figures go by dropping tables. The partitions are made and dropped while the system runs.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const STEPS = ['1m', '10m', '1h', '1d'] as const;

/** `seconds`: how much of the step was measured. A figure that was not measured is null. */
const tableOf = (step: string): string => `CREATE TABLE metric_${step} (
  vserver_id text NOT NULL,
  at timestamptz NOT NULL,
  seconds integer NOT NULL,
  cpu_use double precision,
  cpu_use_max double precision,
  memory_bytes double precision,
  memory_free_bytes double precision,
  disk_read_bytes double precision,
  disk_write_bytes double precision,
  disk_reads double precision,
  disk_writes double precision,
  net_received_bytes double precision,
  net_sent_bytes double precision,
  net_received_packets double precision,
  net_sent_packets double precision,
  CONSTRAINT metric_${step}_pk PRIMARY KEY (vserver_id, at)
) PARTITION BY RANGE (at)`;

export class Metrics1795490000000 implements MigrationInterface {
  readonly name = 'Metrics1795490000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const step of STEPS) await runner.query(tableOf(step));
    await runner.query(`CREATE TABLE metric_pending (
      step_seconds integer NOT NULL,
      at timestamptz NOT NULL,
      CONSTRAINT metric_pending_pk PRIMARY KEY (step_seconds, at)
    )`);
    await runner.query(`CREATE TABLE metric_progress (
      pool_id uuid NOT NULL,
      host uuid NOT NULL,
      until timestamptz NOT NULL,
      CONSTRAINT metric_progress_pk PRIMARY KEY (pool_id, host),
      CONSTRAINT metric_progress_pool_id_fk FOREIGN KEY (pool_id) REFERENCES pool(id) ON DELETE CASCADE
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE metric_progress, metric_pending');
    for (const step of STEPS) await runner.query(`DROP TABLE metric_${step}`);
  }
}
