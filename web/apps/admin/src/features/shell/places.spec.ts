import { describe, expect, it } from 'vitest';
import { isAt, mayOpen, PLACES } from './places.ts';

describe('the places of the admin', () => {
  it('are each at one address at most', () => {
    const at = (path: string) => PLACES.filter(({ href }) => isAt(path, href)).map(({ href }) => href);
    expect(at('/admin/')).toEqual(['/admin/']);
    expect(at('/admin/night/1')).toEqual(['/admin/']);
    expect(at('/admin/events/1/edit')).toEqual(['/admin/events']);
    expect(at('/admin/profile')).toEqual([]);
  });

  it('leave an inspector the night and the events', () => {
    const theirs = PLACES.filter(({ roles }) => roles === undefined || roles.includes('inspector'));
    expect(theirs.map(({ href }) => href)).toEqual(['/admin/', '/admin/events']);
  });

  it('do not open to a typed address either', () => {
    expect(mayOpen('/admin/till', 'accountant')).toBe(false);
    expect(mayOpen('/admin/till', 'box_office')).toBe(true);
    expect(mayOpen('/admin/events/new', 'inspector')).toBe(false);
    expect(mayOpen('/admin/events/1/edit/', 'accountant')).toBe(false);
    expect(mayOpen('/admin/events/1', 'inspector')).toBe(true);
    expect(mayOpen('/admin/audit', 'manager')).toBe(false);
    expect(mayOpen('/admin/profile', 'inspector')).toBe(true);
  });
});
