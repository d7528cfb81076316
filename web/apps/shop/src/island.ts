import '@brama/ui/base.css';
import { locale } from '@brama/i18n/locale';
import { mount, type Component } from 'svelte';

/** Draws a component into the page's place for it. The page's language is the component's. */
export function island<Props extends Record<string, unknown>>(id: string, component: Component<Props>, props: Props): void {
  locale.fromPage();
  const target = document.getElementById(id);
  if (target === null) throw new Error(`the page has no #${id}`);
  target.replaceChildren();
  mount(component, { target, props });
}

/** What the page carries for its island as JSON; null when it carries none. */
export function pageData<T>(id: string): T | null {
  const text = document.getElementById(id)?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}
