import { Toaster } from '@brama/ui';

export const toaster = new Toaster();
