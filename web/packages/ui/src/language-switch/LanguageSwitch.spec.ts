import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import LanguageSwitch from './LanguageSwitch.svelte';

test('an app changes its language, a page leads to the address of the other', async () => {
  const onselect = vi.fn();
  const languages = [{ code: 'uk', text: 'UK' }, { code: 'en', text: 'EN' }];
  const { rerender } = render(LanguageSwitch<string>, { label: 'Мова', current: 'uk', languages, onselect });
  await userEvent.click(screen.getByRole('button', { name: 'EN' }));
  expect(onselect).toHaveBeenCalledWith('en');
  expect(screen.getByRole('button', { pressed: true }).textContent).toBe('UK');
  await rerender({ languages: languages.map((each) => ({ ...each, href: `/${each.code}/x` })) });
  expect(screen.getByRole('link', { name: 'EN' }).getAttribute('href')).toBe('/en/x');
});
