/** Why there is no picture. */
export type CameraFault = 'refused' | 'none' | 'busy' | 'insecure';

const WISHES: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
};
/** A frame each 70 ms is faster than any guest's hand, and leaves the battery alone. */
const FRAME_MS = 70;

export class NoCamera extends Error {
  readonly fault: CameraFault;

  constructor(fault: CameraFault) {
    super(fault);
    this.fault = fault;
  }
}

/** The back camera on a video element, and every code that it sees. */
export class Camera {
  #video: HTMLVideoElement;
  #stream: MediaStream;
  #worker = new Worker(new URL('./decoder.worker.ts', import.meta.url), { type: 'module' });
  #stopped = false;

  private constructor(video: HTMLVideoElement, stream: MediaStream) {
    this.#video = video;
    this.#stream = stream;
  }

  /** Throws NoCamera. `onText` hears of a code at every frame that shows it. */
  static async open(video: HTMLVideoElement, onText: (text: string) => void): Promise<Camera> {
    if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera('insecure');
    const stream = await navigator.mediaDevices.getUserMedia(WISHES).catch((error: unknown) => {
      throw new NoCamera(faultOf(error));
    });
    const camera = new Camera(video, stream);
    video.srcObject = stream;
    await video.play().catch(() => undefined);
    void camera.#watch(onText);
    return camera;
  }

  get hasTorch(): boolean {
    return 'torch' in (this.#track?.getCapabilities?.() ?? {});
  }

  /** The operating system took the camera away: another app, a call, the lock screen. */
  get isLost(): boolean {
    return this.#track?.readyState !== 'live';
  }

  async setTorch(on: boolean): Promise<void> {
    await this.#track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }).catch(() => undefined);
  }

  stop(): void {
    this.#stopped = true;
    this.#worker.terminate();
    for (const track of this.#stream.getTracks()) track.stop();
    this.#video.srcObject = null;
  }

  get #track(): MediaStreamTrack | undefined {
    return this.#stream.getVideoTracks()[0];
  }

  async #watch(onText: (text: string) => void): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now();
      const text = await this.#look();
      if (text !== null && !this.#stopped) onText(text);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, FRAME_MS - (performance.now() - began))));
    }
  }

  async #look(): Promise<string | null> {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || document.hidden) return null;
    const frame = await createImageBitmap(this.#video).catch(() => null);
    if (frame === null || this.#stopped) return null;
    return new Promise((resolve) => {
      this.#worker.onmessage = ({ data }: MessageEvent<string | null>) => resolve(data);
      this.#worker.onerror = () => resolve(null);
      this.#worker.postMessage(frame, [frame]);
    });
  }
}

function faultOf(error: unknown): CameraFault {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'none';
}
