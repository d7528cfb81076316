import { ApiProblem, Unreachable } from '@brama/core/api';
import { m } from '@brama/i18n';
import { toaster } from './toaster.ts';

export interface Failure {
  title: string;
  detail: string;
}

/** What to tell a person of an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Unreachable) return { title: m.kit_error_network(), detail: '' };
  if (error instanceof ApiProblem && error.errors.length > 0) {
    return { title: error.title, detail: error.errors.map(({ detail }) => detail).join(' ') };
  }
  if (error instanceof ApiProblem) return { title: error.title, detail: error.detail === error.title ? '' : error.detail };
  return { title: m.admin_error_unexpected(), detail: error instanceof Error ? error.message : '' };
}

/** Tells it where no form or list stands to show it. */
export function tell(error: unknown): void {
  const { title, detail } = failureOf(error);
  toaster.fault(detail ? `${title}. ${detail}` : title);
}
