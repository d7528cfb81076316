import type { ServerStatus } from '@brama/core/status';
import { type Db, type Place, readSelf } from './device/db.ts';
import { ScanLog, type Told } from './device/log.ts';
import type { ServerClock } from './device/server-clock.ts';
import type { Session } from './device/session.ts';
import { Uploader } from './device/uploader.ts';
import { Follower, takeSnapshot } from './event/follow.ts';
import { Picture } from './event/picture.ts';
import type { CaseRow, Head, ScanRow } from './event/types.ts';
import { Desk, type Shown } from './gate/desk.ts';

const LISTED = 50;

export interface Surroundings {
  db: Db;
  session: Session;
  clock: ServerClock;
  status: ServerStatus;
}

/** A gate at work: one event, one gate, one list. What screens read changes by itself. */
export class Night {
  readonly place: Place;
  readonly log: ScanLog;
  readonly uploader: Uploader;
  picture: Picture;
  desk!: Desk;

  shown = $state.raw<Shown | null>(null);
  head = $state.raw() as Head;
  inside = $state(0);
  /** Entries that the server has not taken yet, and those that it would not. */
  unsent = $state(0);
  refused = $state(0);
  recent = $state.raw<Told[]>([]);
  everywhere = $state.raw<ScanRow[]>([]);
  cases = $state.raw<CaseRow[]>([]);
  ticketCount = $state(0);

  #around: Surroundings;
  #follower!: Follower;
  #renewing = false;
  #closed = false;
  #refreshing: Promise<void> | null = null;
  #stale = false;

  private constructor(around: Surroundings, place: Place, log: ScanLog, picture: Picture) {
    this.#around = around;
    this.place = place;
    this.log = log;
    this.picture = picture;
    this.uploader = new Uploader(log, around.session, () => this.refresh(), (epoch) => void this.#heedEpoch(epoch));
  }

  /**
   * From what the device holds of the event, whatever the network does; from the server where it holds nothing.
   * Throws Unreachable or ApiProblem only then.
   */
  static async open(around: Surroundings, place: Place): Promise<Night> {
    const { db, session } = around;
    const log = await ScanLog.open(db, session.identity.deviceId, session.sign);
    const held = await readSelf(db, 'head');
    const kept = held?.event.id === place.eventId ? await Picture.load(db) : null;
    const picture = kept ?? (await Picture.replace(db, await takeSnapshot(session, place.eventId)));
    const night = new Night(around, place, log, picture);
    await night.#begin();
    return night;
  }

  close(): void {
    this.#closed = true;
    this.#follower.close();
    this.uploader.close();
  }

  /** Everything that can be learnt now: an unknown key, a ticket just sold. */
  async resync(): Promise<void> {
    await this.#follower.poll(true);
    await this.uploader.flush();
  }

  /** Asks the server whether it is there; what is new comes along. */
  probe = (): Promise<void> => this.#follower.poll(true);

  refresh(): void {
    this.#stale = true;
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
  }

  async #refresh(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      const { picture, log, uploader } = this;
      const [waiting, refused, recent] = await Promise.all([
        log.count('waiting'), log.count('refused'), log.recent(this.place.eventId, LISTED),
      ]);
      this.head = picture.head;
      this.inside = picture.inside;
      this.unsent = Math.max(0, waiting - uploader.busy.size);
      this.refused = refused;
      this.recent = recent;
      this.everywhere = picture.latest;
      this.cases = [...picture.cases.values()].filter(({ state }) => state === 'open').sort((a, b) => b.seq - a.seq);
      this.ticketCount = picture.tickets.size;
    }
  }

  async #begin(): Promise<void> {
    const { session, clock, status } = this.#around;
    const { picture, log, uploader, place } = this;
    for (const { line, delivery } of await log.of(place.eventId)) picture.tellOwn(line, delivery, session.identity.name);
    this.head = picture.head;
    this.inside = picture.inside;
    this.desk = new Desk({
      session, picture, log, uploader, clock, status, place,
      show: (shown) => {
        if (!shown.quiet || this.shown?.seq === shown.seq) this.shown = shown;
      },
      onChange: () => this.refresh(),
    });
    this.#follower = new Follower(session, {
      picture,
      onChange: () => this.refresh(),
      onEpoch: (epoch) => void this.#heedEpoch(epoch),
      // A heartbeat was on its way for less than this.
      onMoment: (at) => clock.learn(at, at + 1500, Date.now(), Date.now()),
    });
    this.refresh();
    uploader.wake();
  }

  /** The server's database was restored: it gets everything again, and tells what it then knows. */
  async #heedEpoch(epoch: string): Promise<void> {
    if (epoch === this.picture.head.epoch || this.#renewing || this.#closed) return;
    this.#renewing = true;
    const { db, session } = this.#around;
    try {
      await this.log.resend(['accepted', 'answered', 'refused']);
      const snapshot = await takeSnapshot(session, this.place.eventId);
      if (this.#closed) return;
      this.#follower.close();
      this.picture = await Picture.replace(db, snapshot);
      await this.#begin();
    } catch {
      // The next hello, or the next upload's answer, says it again.
    } finally {
      this.#renewing = false;
    }
  }
}
