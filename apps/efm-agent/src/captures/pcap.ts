/** Files of packets (pcap-savefile(5)): a head of 24 bytes, then each packet behind a head of 16. */

const FILE_HEAD = 24;
const PACKET_HEAD = 16;
/** Where in a packet's head its stored length is. */
const LENGTH_AT = 8;
/** In the order of bytes of the machine that wrote it; with microseconds or nanoseconds. */
const LITTLE: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xa1b23c4d]);

/** As many whole packets as fit `limit` bytes; a capture that was cut off ends with half of one. */
export function wholePackets(file: Buffer, limit: number): Buffer {
  if (file.length < FILE_HEAD) return Buffer.alloc(0);
  const isLittle = LITTLE.has(file.readUInt32LE(0));
  const lengthAt = (at: number): number => (isLittle ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const most = Math.min(limit, file.length);
  let end = FILE_HEAD;
  while (end + PACKET_HEAD <= most) {
    const next = end + PACKET_HEAD + lengthAt(end + LENGTH_AT);
    if (next > most) break;
    end = next;
  }
  return file.subarray(0, end);
}

/** Packets of a file that is whole. */
export function countPackets(file: Buffer): number {
  let count = 0;
  const isLittle = file.length >= FILE_HEAD && LITTLE.has(file.readUInt32LE(0));
  for (let at = FILE_HEAD; at + PACKET_HEAD <= file.length; count += 1) {
    at += PACKET_HEAD + (isLittle ? file.readUInt32LE(at + LENGTH_AT) : file.readUInt32BE(at + LENGTH_AT));
  }
  return count;
}
