import { m } from '@brama/i18n';
import type { Role } from '#lib/session.svelte.ts';

export interface Place {
  href: string;
  name: () => string;
  /** Who has anything to do there; nobody named means everybody. */
  roles?: readonly Role[];
}

export const PLACES: readonly Place[] = [
  { href: '/admin/', name: m.admin_night },
  { href: '/admin/events', name: m.admin_events },
  { href: '/admin/orders', name: m.admin_orders, roles: ['owner', 'manager', 'accountant', 'box_office'] },
  { href: '/admin/till', name: m.admin_till, roles: ['owner', 'manager', 'box_office'] },
  { href: '/admin/gates', name: m.admin_gates, roles: ['owner', 'manager'] },
  { href: '/admin/reports', name: m.admin_reports, roles: ['owner', 'manager', 'accountant'] },
  { href: '/admin/team', name: m.admin_team, roles: ['owner', 'manager'] },
  { href: '/admin/audit', name: m.admin_audit, roles: ['owner'] },
  { href: '/admin/settings', name: m.admin_settings, roles: ['owner', 'manager', 'accountant'] },
];

/** Whether `path` lies in the place; the night is the root and holds only itself and its events. */
export function isAt(path: string, href: string): boolean {
  if (href === '/admin/') return path === '/admin/' || path === '/admin' || path.startsWith('/admin/night');
  return path === href || path.startsWith(`${href}/`);
}

/** Pages inside a place that only some of its people have a use for. */
const INNER: readonly { at: RegExp; roles: readonly Role[] }[] = [
  { at: /^\/admin\/events\/(new|[^/]+\/edit)$/, roles: ['owner', 'manager'] },
];

/** Whether somebody with this role has anything to do at the address: a typed address is no way around the menu. */
export function mayOpen(path: string, role: Role): boolean {
  const trimmed = path.replace(/\/$/, '') || path;
  const asked = [
    ...PLACES.filter(({ href }) => isAt(path, href)).map(({ roles }) => roles),
    ...INNER.filter(({ at }) => at.test(trimmed)).map(({ roles }) => roles),
  ];
  return asked.every((roles) => roles === undefined || roles.includes(role));
}
