import type { Attachment } from 'svelte/attachments';

/*
 * The bars belong to the page, not to the column that holds the island: there a container query would tie
 * what is fixed to the column. In the order of keys they stand where the eye finds them.
 */
const moved = (put: (node: Element) => void): Attachment => (node) => {
  put(node);
  return () => node.remove();
};

/** At the thumb: after the page's content, before its foot. */
export const afterContent = moved((node) => document.getElementById('content')?.after(node));

/** Over everything, the page's own bar too. */
export const overPage = moved((node) => document.body.prepend(node));
