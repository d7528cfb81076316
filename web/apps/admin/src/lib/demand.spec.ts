import { ApiProblem } from '@brama/core/problem';
import { describe, expect, it } from 'vitest';
import { atField, demand, Incomplete, wholeNumber } from './demand.ts';

const problem = (code: string, body: Record<string, unknown> = {}) => new ApiProblem(422, { type: `/problems/${code}`, title: 'Title', detail: 'Detail', ...body });

describe('what a form demands', () => {
  it('names every empty field at once, and lets zero be an answer', () => {
    const check = () => demand({ '/name': '  ', '/minor': 0, '/price': null, '/count': wholeNumber('1,5') }, 'fill in');
    expect(check).toThrow(Incomplete);
    try {
      check();
    } catch (error) {
      expect((error as Incomplete).errors.map(({ pointer }) => pointer)).toEqual(['/name', '/price', '/count']);
    }
  });

  it('reads whole numbers only', () => {
    expect([wholeNumber(' 12 '), wholeNumber(''), wholeNumber('-1'), wholeNumber('1e3')]).toEqual([12, NaN, NaN, NaN]);
  });
});

describe('a problem about one field', () => {
  it('goes to its field by its code', () => {
    const told = atField(problem('slug_taken'), { slug_taken: '/slug' });
    expect((told as Incomplete).errors).toEqual([{ pointer: '/slug', detail: 'Detail' }]);
  });

  it('stays as it is when it names its fields itself, or is about the whole', () => {
    const named = problem('slug_taken', { errors: [{ pointer: '/slug', detail: 'x' }] });
    expect(atField(named, { slug_taken: '/other' })).toBe(named);
    const whole = problem('forbidden');
    expect(atField(whole, { slug_taken: '/slug' })).toBe(whole);
  });
});
