import { describe, expect, it } from 'vitest';
import { isAt, PLACES } from './places.ts';

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
});
