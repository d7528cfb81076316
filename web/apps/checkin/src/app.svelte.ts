import { locale } from '@brama/i18n/locale';
import { ServerStatus, type Reach } from '@brama/core/status';
import { type Db, type Place, ROWS, openDb, readSelf, wipe, writeSelf } from './device/db.ts';
import { ServerClock } from './device/server-clock.ts';
import { Session, type Sheet, pair } from './device/session.ts';
import { Night } from './night.svelte.ts';

export type Phase = 'starting' | 'pairing' | 'placing' | 'open' | 'revoked' | 'elsewhere' | 'broken';

const LOCK = 'brama-gate';

/** The pairing code in a text that a camera read or a person typed: the manager's address, or the code itself. */
export function pairingCodeOf(text: string): string | null {
  const inAddress = /#pair=([^&\s]+)/.exec(text)?.[1];
  const code = (inAddress ?? text).replace(/[\s-]/g, '').toUpperCase();
  return /^[0-9A-Z]{6,16}$/.test(code) ? code : null;
}

/** The device from start to unpairing: which screen is due, and what stands behind it. */
export class GateApp {
  phase = $state<Phase>('starting');
  night = $state.raw<Night | null>(null);
  sheet = $state.raw<Sheet | null>(null);
  session = $state.raw<Session | null>(null);
  place = $state.raw<Place | null>(null);
  reach = $state<Reach>('unknown');
  roundTripMs = $state<number | null>(null);
  /** A pairing code that came by address: tried at once, or offered where the phone is paired already. */
  offered = $state<string | null>(null);
  /** What could not be sent when the device lost its rights. */
  unsaved = $state(0);
  sound = $state(true);

  readonly status = new ServerStatus();
  #clock = new ServerClock();
  #db!: Db;

  get clock(): ServerClock {
    return this.#clock;
  }

  constructor() {
    this.status.subscribe(({ reach, roundTripMs }) => {
      // The server came back: what waited goes up at once.
      if (reach === 'reachable' && this.reach === 'unreachable') this.night?.uploader.wake();
      this.reach = reach;
      this.roundTripMs = roundTripMs;
    });
  }

  /** Opens the store and the screen that is due. One tab at a time works on the log. */
  async start(takeOver = false): Promise<void> {
    this.offered = pairingCodeOf(location.hash);
    if (this.offered) history.replaceState(null, '', location.pathname);
    const options = takeOver ? { steal: true } : { ifAvailable: true };
    if (!('locks' in navigator)) return this.#begin();
    await navigator.locks.request(LOCK, options, (lock) => this.#hold(lock)).catch(() => this.#yield());
  }

  async #hold(lock: Lock | null): Promise<void> {
    if (lock === null) {
      this.phase = 'elsewhere';
      return;
    }
    await this.#begin();
    await new Promise(() => undefined);
  }

  #yield(): void {
    this.night?.close();
    this.night = null;
    this.phase = 'elsewhere';
  }

  async #begin(): Promise<void> {
    try {
      this.#db = await openDb();
    } catch {
      this.phase = 'broken';
      return;
    }
    void navigator.storage?.persist?.().catch(() => false);
    this.#clock = new ServerClock((await readSelf(this.#db, 'clockOffset')) ?? 0);
    setInterval(() => void writeSelf(this.#db, 'clockOffset', this.#clock.offsetMs), 30_000);
    this.status.watch(() => this.night?.probe() ?? Promise.resolve(), 3000);
    this.sound = (await readSelf(this.#db, 'sound')) ?? true;
    const identity = await readSelf(this.#db, 'identity');
    if (identity === undefined) {
      this.phase = 'pairing';
      return;
    }
    this.session = new Session(this.#db, identity, this.#around(), () => void this.#revoked());
    this.place = (await readSelf(this.#db, 'place')) ?? null;
    if (this.place === null) return this.choosePlace();
    await this.open(this.place).catch(() => this.choosePlace());
  }

  #around() {
    return { clock: this.#clock, status: this.status, locale: () => locale.current };
  }

  /** Throws ApiProblem or Unreachable. */
  async pair(code: string): Promise<void> {
    const { identity, sheet } = await pair(this.#db, this.#around(), code);
    this.session = new Session(this.#db, identity, this.#around(), () => void this.#revoked());
    this.sheet = sheet;
    this.phase = 'placing';
  }

  /** Leaves the gate for the choice of another one; the sheet of the moment, or the last known. */
  async choosePlace(): Promise<void> {
    this.phase = 'placing';
    this.sheet = (await this.session?.api.get<Sheet>('/api/identity/v1/devices/me', { tries: 2 }).catch(() => null)) ?? this.sheet;
  }

  async open(place: Place): Promise<void> {
    if (this.session === null) return;
    this.night?.close();
    this.night = await Night.open({ db: this.#db, session: this.session, clock: this.#clock, status: this.status }, place);
    this.place = place;
    await writeSelf(this.#db, 'place', place);
    this.phase = 'open';
  }

  back(): void {
    if (this.night) this.phase = 'open';
  }

  async setMode(mode: Place['mode']): Promise<void> {
    if (this.place === null) return;
    this.place = { ...this.place, mode };
    await writeSelf(this.#db, 'place', this.place);
  }

  async setSound(on: boolean): Promise<void> {
    this.sound = on;
    await writeSelf(this.#db, 'sound', on);
  }

  /** Forgets everything. What was not sent is lost: ask before. */
  async unpair(): Promise<void> {
    this.night?.close();
    this.night = null;
    this.session = null;
    this.sheet = null;
    this.place = null;
    await wipe(this.#db);
    this.phase = 'pairing';
  }

  /** The manager took this device's rights: what waits is tried once more, and the guests' data go. */
  async #revoked(): Promise<void> {
    if (this.phase === 'revoked') return;
    this.phase = 'revoked';
    const night = this.night;
    this.night = null;
    await night?.uploader.flush().catch(() => undefined);
    night?.close();
    this.unsaved = await this.#db.countFromIndex('deliveries', 'state', 'waiting');
    if (this.unsaved === 0) return wipe(this.#db);
    const tx = this.#db.transaction([...ROWS, 'self'], 'readwrite');
    for (const store of ROWS) void tx.objectStore(store).clear();
    void tx.objectStore('self').delete('head');
    await tx.done;
  }

  /** The signed entries that nobody took, as a file: they prove themselves wherever they are read. */
  async unsavedEntries(): Promise<Blob> {
    const due = new Set(await this.#db.getAllKeysFromIndex('deliveries', 'state', 'waiting'));
    const lines = (await this.#db.getAll('log')).filter(({ seq }) => due.has(seq));
    return new Blob([JSON.stringify(lines.map(({ entry }) => entry), null, 1)], { type: 'application/json' });
  }
}
