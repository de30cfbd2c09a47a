// Purpose: the server's side of the remote framebuffer protocol (RFC 6143), as much as a viewer needs to show a picture.
//
//   version ──► security (none) ──► shared flag ──► size, format, name ──► requests and input … until one side leaves
//
// A full update is answered at once, an incremental one as soon as something has changed.
import type { Duplex } from 'node:stream';
import { ByteReader } from '../transfers/byte-reader.js';
import { readFormat, SERVER_FORMAT, writeFormat, writePixel, type PixelFormat } from './pixel-format.js';
import { Screen, SCREEN_HEIGHT, SCREEN_WIDTH } from './screen.js';

/** The greeting; viewers with an older version get the older handshake. */
export const RFB_GREETING = 'RFB 003.008\n';
const NO_SECURITY = 1;
/** Longest clipboard text that is read at all. */
const LARGEST_CLIPBOARD = 2 ** 20;

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class RfbServer {
  private readonly reader: ByteReader;
  private readonly screen: Screen;
  private format: PixelFormat = SERVER_FORMAT;
  /** An incremental request that waits for a change. */
  private awaited: Area | undefined;

  constructor(
    private readonly stream: Duplex,
    private readonly name: string,
  ) {
    this.reader = new ByteReader(stream as AsyncIterable<Uint8Array>);
    this.screen = new Screen(name);
  }

  /** Runs until the viewer leaves or says something that is no RFB. */
  async serve(): Promise<void> {
    await this.handshake();
    while (await this.message());
  }

  private async handshake(): Promise<void> {
    this.stream.write(RFB_GREETING);
    const version = Buffer.from(await this.reader.read(12)).toString('latin1');
    const minor = Number(/^RFB 003\.(\d{3})\n$/.exec(version)?.[1] ?? 0);
    if (minor < 7) this.stream.write(Buffer.of(0, 0, 0, NO_SECURITY));
    else {
      this.stream.write(Buffer.of(1, NO_SECURITY));
      await this.reader.read(1);
      // Without security only the newest version hears that it may go on.
      if (minor >= 8) this.stream.write(Buffer.alloc(4));
    }
    await this.reader.read(1);
    const name = Buffer.from(this.name, 'utf8');
    const head = Buffer.alloc(4);
    head.writeUInt16BE(SCREEN_WIDTH, 0);
    head.writeUInt16BE(SCREEN_HEIGHT, 2);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(name.length);
    this.stream.write(Buffer.concat([head, writeFormat(SERVER_FORMAT), length, name]));
  }

  /** One message of the viewer. False if there is no more to be understood. */
  private async message(): Promise<boolean> {
    const [kind] = await this.reader.readSome(1);
    switch (kind) {
      case 0:
        this.format = readFormat((await this.reader.read(19)).subarray(3), this.format);
        return true;
      case 2: {
        const head = Buffer.from(await this.reader.read(3));
        // Raw is the one encoding that every viewer takes, so what else it can do does not matter.
        await this.reader.skip(head.readUInt16BE(1) * 4);
        return true;
      }
      case 3:
        this.update(Buffer.from(await this.reader.read(9)));
        return true;
      case 4:
        this.key(Buffer.from(await this.reader.read(7)));
        return true;
      case 5:
        await this.reader.skip(5);
        return true;
      case 6: {
        const head = Buffer.from(await this.reader.read(7));
        const length = head.readUInt32BE(3);
        if (length > LARGEST_CLIPBOARD) return false;
        await this.reader.skip(length);
        return true;
      }
      default:
        return false;
    }
  }

  private update(request: Buffer): void {
    const x = Math.min(request.readUInt16BE(1), SCREEN_WIDTH);
    const y = Math.min(request.readUInt16BE(3), SCREEN_HEIGHT);
    const area = {
      x,
      y,
      width: Math.min(request.readUInt16BE(5), SCREEN_WIDTH - x),
      height: Math.min(request.readUInt16BE(7), SCREEN_HEIGHT - y),
    };
    if (request[0] === 0) this.send(area);
    else this.awaited = area;
  }

  private key(event: Buffer): void {
    const isDown = event[0] !== 0;
    if (!isDown || !this.screen.type(event.readUInt32BE(3)) || this.awaited === undefined) return;
    const area = this.awaited;
    this.awaited = undefined;
    this.send(area);
  }

  private send({ x, y, width, height }: Area): void {
    const head = Buffer.alloc(16);
    head.writeUInt16BE(1, 2);
    head.writeUInt16BE(x, 4);
    head.writeUInt16BE(y, 6);
    head.writeUInt16BE(width, 8);
    head.writeUInt16BE(height, 10);
    const pixels = Buffer.alloc(width * height * this.format.bytes);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const at = (row * width + column) * this.format.bytes;
        writePixel(pixels, at, this.screen.colourAt(x + column, y + row), this.format);
      }
    }
    this.stream.write(Buffer.concat([head, pixels]));
  }
}
