import type { Shown } from './gate/desk.ts';

type Look = Shown['look'];
/** Tones as [start s, length s, Hz]: one low (in), two short (ask), a falling pair (no). */
const TONES: Record<Look, readonly [number, number, number][]> = {
  admit: [[0, 0.22, 196]],
  ask: [[0, 0.09, 660], [0.15, 0.09, 660]],
  deny: [[0, 0.16, 523], [0.18, 0.3, 262]],
  alarm: [[0, 0.16, 523], [0.18, 0.16, 262], [0.4, 0.16, 523], [0.58, 0.4, 208]],
};
const SHAKES: Record<Look, number[]> = { admit: [60], ask: [50, 60, 50], deny: [220, 80, 220], alarm: [400, 100, 400, 100, 400] };

let context: AudioContext | undefined;

/** Browsers give sound only after a touch: call it from one. */
export function unlockSound(): void {
  context ??= 'AudioContext' in window ? new AudioContext() : undefined;
  void context?.resume().catch(() => undefined);
}

export function signal(look: Look, sound: boolean): void {
  navigator.vibrate?.(SHAKES[look]);
  if (sound && context?.state === 'running') for (const tone of TONES[look]) play(context, ...tone);
}

function play(on: AudioContext, start: number, length: number, hz: number): void {
  const [from, until] = [on.currentTime + start, on.currentTime + start + length];
  const oscillator = new OscillatorNode(on, { type: 'triangle', frequency: hz });
  const gain = new GainNode(on, { gain: 0 });
  // Without the ramps a speaker clicks.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(0.9, from + 0.01);
  gain.gain.setValueAtTime(0.9, until - 0.03);
  gain.gain.linearRampToValueAtTime(0, until);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(from);
  oscillator.stop(until);
}
