import { locale } from '@brama/i18n/locale';
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { session } from '#lib/session.svelte.ts';
import SignIn from './SignIn.svelte';

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const ACCOUNT = { id: 's', name: 'Соломія', email: 's@example.com', locale: 'uk', has_totp: true, roles: [{ organiser_id: 'a', role: 'owner' }], organisers: [{ id: 'a', slug: 'a', name: { uk: 'А', en: '' }, mark: 'А', accent: null }] };
let bodies: Record<string, unknown>[] = [];

/** A server that knows one password, and asks for a code with it. */
beforeEach(() => {
  locale.set('uk');
  bodies = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (url.endsWith('/me')) return json(200, ACCOUNT);
    const body = JSON.parse(String(init.body)) as Record<string, unknown>;
    bodies.push(body);
    if (body['password'] !== 'вірний') return json(401, { type: '/problems/credentials_invalid', title: 'Не той пароль', status: 401 });
    if (body['totp'] === undefined) return json(401, { type: '/problems/totp_required', title: 'Потрібен код', status: 401 });
    return json(201, { access_token: 't', expires_at: new Date(Date.now() + 300_000).toISOString() });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function enter(password: string) {
  await userEvent.clear(screen.getByLabelText('Пароль'));
  await userEvent.type(screen.getByLabelText('Пароль'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Увійти' }));
}

it('says what is missing without asking the server', async () => {
  render(SignIn);
  await userEvent.click(screen.getByRole('button', { name: 'Увійти' }));
  expect(await screen.findAllByText('Заповніть це поле.')).toHaveLength(2);
  expect(bodies).toHaveLength(0);
});

it('tells a wrong password, and asks for the code only when the server does', async () => {
  render(SignIn);
  await userEvent.type(screen.getByLabelText('Пошта'), ' s@example.com ');
  await enter('хибний');
  expect((await screen.findByRole('alert')).textContent).toContain('Не той пароль');
  expect(screen.queryByLabelText('Код із застосунку')).toBeNull();

  await enter('вірний');
  await userEvent.type(await screen.findByLabelText('Код із застосунку'), '123 456');
  await userEvent.click(screen.getByRole('button', { name: 'Увійти' }));
  await vi.waitFor(() => expect(session.state).toBe('in'));
  expect(bodies.at(-1)).toEqual({ email: 's@example.com', password: 'вірний', transport: 'cookie', totp: '123456' });
});
