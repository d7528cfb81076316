import { expect, test } from 'vitest';
import { FieldErrors } from './fields.ts';

test('errors stand at their fields, and those without one are left for the form', () => {
  const errors = new FieldErrors({ errors: [
    { pointer: '/buyer/email', detail: 'Немає такої пошти.' },
    { pointer: '/buyer/email', detail: 'Задовга.' },
    { pointer: '/hold_id', detail: 'Час минув.' },
  ] });
  expect(errors.of('/buyer/email')).toBe('Немає такої пошти. Задовга.');
  expect(errors.of('/buyer/name')).toBeUndefined();
  expect(errors.rest(['/buyer/email'])).toEqual(['Час минув.']);
  expect(new FieldErrors().any).toBe(false);
});
