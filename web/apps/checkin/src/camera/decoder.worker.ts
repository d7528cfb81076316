/// <reference lib="webworker" />
import decodeQR from 'qr/decode.js';
import { type ReaderOptions, prepareZXingModule, readBarcodesFromImageData } from 'zxing-wasm/reader';
// Bundled: by itself the library would fetch it from a CDN, and a gate has no network.
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

const OPTIONS: ReaderOptions = { formats: ['QRCode'], maxNumberOfSymbols: 1, tryHarder: true, textMode: 'Plain' };
/** The second decoder costs more and finds what the first misses: it looks at some of the empty frames. */
const SECOND_LOOK_EVERY = 3;

prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true })!;
let empty = 0;

async function textIn(image: ImageData): Promise<string | null> {
  const [found] = await readBarcodesFromImageData(image, OPTIONS);
  if (found?.isValid) {
    empty = 0;
    return found.text;
  }
  empty += 1;
  if (empty % SECOND_LOOK_EVERY !== 0) return null;
  try {
    return decodeQR(image);
  } catch {
    return null;
  }
}

self.onmessage = async ({ data: frame }: MessageEvent<ImageBitmap>) => {
  canvas.width = frame.width;
  canvas.height = frame.height;
  context.drawImage(frame, 0, 0);
  frame.close();
  const text = await textIn(context.getImageData(0, 0, canvas.width, canvas.height)).catch(() => null);
  self.postMessage(text);
};
