import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** Something kept for reading without a network, and when it was true. */
export interface Cached<T> {
  value: T;
  storedAt: number;
}

/** Something to send: `order` is the order of writing and never reused. */
export interface Outgoing<T> {
  order: number;
  id: string;
  body: T;
  addedAt: number;
  tries: number;
  /** Why the last try failed; a poisoned entry keeps it and lets the others pass. */
  fault: string | null;
}

interface Schema extends DBSchema {
  cache: { key: string; value: Cached<unknown> };
  outbox: { key: number; value: Omit<Outgoing<unknown>, 'order'> & { order?: number }; indexes: { id: string } };
}

export interface OfflineStore {
  /** `maxAgeMs`: older than that counts as absent. */
  read<T>(key: string, maxAgeMs?: number): Promise<Cached<T> | null>;
  write<T>(key: string, value: T): Promise<void>;
  forget(key: string): Promise<void>;
  /** Resolves once it is on the disk as far as the browser tells; the same id again changes nothing. */
  enqueue<T>(id: string, body: T): Promise<void>;
  waiting<T>(limit?: number): Promise<Outgoing<T>[]>;
  countWaiting(): Promise<number>;
  sent(order: number): Promise<void>;
  failed(order: number, fault: string): Promise<void>;
  wipe(): Promise<void>;
  close(): void;
}

const STRICT = { durability: 'strict' } as const;

/** A device's store, one a name. `now` gives ms of the device's clock. */
export async function openStore(name: string, now: () => number = Date.now): Promise<OfflineStore> {
  const db: IDBPDatabase<Schema> = await openDB<Schema>(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('cache');
      fresh.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true }).createIndex('id', 'id', { unique: true });
    },
    blocking: () => db.close(),
  });
  return {
    async read<T>(key: string, maxAgeMs = Infinity) {
      const found = (await db.get('cache', key)) as Cached<T> | undefined;
      return found !== undefined && now() - found.storedAt <= maxAgeMs ? found : null;
    },
    async write(key, value) {
      await db.put('cache', { value, storedAt: now() }, key);
    },
    forget: (key) => db.delete('cache', key),
    async enqueue(id, body) {
      const tx = db.transaction('outbox', 'readwrite', STRICT);
      if ((await tx.store.index('id').getKey(id)) === undefined) {
        await tx.store.add({ id, body, addedAt: now(), tries: 0, fault: null });
      }
      await tx.done;
    },
    async waiting<T>(limit = 100) {
      return (await db.getAll('outbox', undefined, limit)) as Outgoing<T>[];
    },
    countWaiting: () => db.count('outbox'),
    sent: (order) => db.delete('outbox', order),
    async failed(order, fault) {
      const tx = db.transaction('outbox', 'readwrite');
      const entry = await tx.store.get(order);
      if (entry !== undefined) await tx.store.put({ ...entry, tries: entry.tries + 1, fault });
      await tx.done;
    },
    async wipe() {
      const tx = db.transaction(['cache', 'outbox'], 'readwrite', STRICT);
      await Promise.all([tx.objectStore('cache').clear(), tx.objectStore('outbox').clear(), tx.done]);
    },
    close: () => db.close(),
  };
}
