/** What a process used, from proc(5). Linux only. */
import { readFile } from 'node:fs/promises';

/** USER_HZ of proc(5): 100 on every platform that Linux runs on today. */
const TICKS_A_SECOND = 100;
const KIB = 1024;

export interface ProcessUse {
  /** Of a core, since its start, all threads. */
  readonly cpuSeconds: number;
  /** Resident, without what it shares with files on the disk. */
  readonly memoryBytes: number;
}

/** Throws when the process is gone or the system has no /proc. */
export async function readUse(pid: number): Promise<ProcessUse> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Counted from behind the name, which may hold blanks: utime and stime are fields 14 and 15, state is 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
    memoryBytes: Number(anonymous ?? 0) * KIB,
  };
}
