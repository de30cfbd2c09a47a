// Purpose: GET /vncsnapshot: what a guest shows at the moment, as JPEG.
import { encode } from 'jpeg-js';
import { findConsole } from './find-console.js';
import { sendBytes, sendPage } from '../http-answers.js';
import { Screen, SCREEN_HEIGHT, SCREEN_WIDTH } from './screen.js';
import type { Exchange } from '../transfers/exchange.js';

/** Of 100; text stays readable. */
const QUALITY = 75;
const CHANNELS = 4;
const OPAQUE = 255;

export async function snapshotScreen({ sim, host, query, response }: Exchange): Promise<void> {
  await Promise.resolve();
  const console = findConsole(sim, host, query);
  if (typeof console === 'number') return sendPage(response, console);
  const vm = sim.db.find('VM', console.link('VM'));
  const picture = encode(drawn(new Screen(vm?.text('name_label') ?? '')), QUALITY);
  sendBytes(response, 200, 'image/jpeg', picture.data);
}

function drawn(screen: Screen): { data: Buffer; width: number; height: number } {
  const data = Buffer.alloc(SCREEN_WIDTH * SCREEN_HEIGHT * CHANNELS, OPAQUE);
  for (let y = 0; y < SCREEN_HEIGHT; y += 1) {
    for (let x = 0; x < SCREEN_WIDTH; x += 1) {
      const { red, green, blue } = screen.colourAt(x, y);
      data.set([red, green, blue], (y * SCREEN_WIDTH + x) * CHANNELS);
    }
  }
  return { data, width: SCREEN_WIDTH, height: SCREEN_HEIGHT };
}
