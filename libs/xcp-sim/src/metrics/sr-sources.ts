// Purpose: what is measured of an SR, seen from one host.
import { gauge } from './source.js';
import type { DataSource } from './data-sources.js';
import type { LoadModel } from './load-model.js';
import type { Row } from '../database/row.js';

/** A busy SR: MiB per second, and requests per MiB. */
const BUSY_MIB = 300;
const REQUESTS_PER_MIB = 64;

export function srSources(load: LoadModel, sr: Row): DataSource[] {
  const rate =
    (way: string) =>
    (timeS: number): number =>
      BUSY_MIB * load.level(`${sr.uuid}/${way}`, timeS) ** 2;
  const [read, write] = [rate('read'), rate('write')];
  const both = (timeS: number): number => read(timeS) + write(timeS);
  return [
    gauge('io_throughput_read', 'MiB/s', 'Data read from the SR, in MiB/s', read),
    gauge('io_throughput_write', 'MiB/s', 'Data written to the SR, in MiB/s', write),
    gauge('io_throughput_total', 'MiB/s', 'All SR I/O, in MiB/s', both),
    gauge('iops_read', 'requests/s', 'Read requests per second', requests(read)),
    gauge('iops_write', 'requests/s', 'Write requests per second', requests(write)),
    gauge('iops_total', 'requests/s', 'I/O requests per second', requests(both)),
    gauge('latency', 'ms', 'Average I/O latency', (t) => 0.5 + 4 * load.level(`${sr.uuid}/latency`, t)),
    gauge('iowait', 's/s', 'Total I/O wait time (all requests) per second', (t) =>
      load.level(`${sr.uuid}/wait`, t),
    ),
  ];
}

function requests(mib: DataSource['at']): DataSource['at'] {
  return (timeS) => mib(timeS) * REQUESTS_PER_MIB;
}
