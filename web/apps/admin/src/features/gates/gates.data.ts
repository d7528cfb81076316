import { createQuery } from '@tanstack/svelte-query';
import { all, api } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import { session } from '#lib/session.svelte.ts';

const DEVICES = '/api/identity/v1/devices';

export interface Device {
  id: string;
  name: string;
  state: 'waiting' | 'lapsed' | 'paired' | 'revoked';
  event_ids: string[];
  gate_ids: string[];
  created_at: string;
  paired_at: string | null;
  seen_at: string | null;
}

export interface Pairing {
  id: string;
  pairing_code: string;
  pairing_url: string;
  expires_at: string;
}

/** `isPairing`: a phone is being held before the screen, so that its arrival is seen at once. */
export const useDevices = (isPairing: () => boolean) =>
  createQuery(() => ({
    queryKey: ['devices', session.organiserId],
    queryFn: () => all<Device>(DEVICES, { organiser_id: session.organiserId }),
    refetchInterval: isPairing() ? 1_500 : 15_000,
  }));

export async function addDevice(body: Record<string, unknown>, key: string): Promise<Pairing> {
  const pairing = await api.post<Pairing>(DEVICES, { organiser_id: session.organiserId, ...body }, { key });
  await changed('devices');
  return pairing;
}

export async function revokeDevice(deviceId: string): Promise<void> {
  await api.delete(`${DEVICES}/${deviceId}`);
  await changed('devices');
}
