/** Removing what is not there any more is success (XenAPI HANDLE_INVALID, DEVICE_ALREADY_DETACHED). */
import { XenApiError } from '../transport/transport.js';

const GONE = new Set(['HANDLE_INVALID', 'DEVICE_ALREADY_DETACHED', 'DEVICE_NOT_ATTACHED']);

export async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof XenApiError) || !GONE.has(error.code)) throw error;
  }
}

/** Plugging what is plugged is success (XenAPI DEVICE_ALREADY_ATTACHED). */
export async function pluggedUnlessAlready(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof XenApiError) || error.code !== 'DEVICE_ALREADY_ATTACHED') throw error;
  }
}
