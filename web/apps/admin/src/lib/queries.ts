import { ApiProblem } from '@brama/core/api';
import { QueryClient } from '@tanstack/svelte-query';

/** One cache for the app. Our client repeats what failed on its way, so that a query does not. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The browser's own idea of being online lies: every request is tried, and its failure shown.
      networkMode: 'always',
      retry: false,
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      refetchInterval: (query) => (query.state.error instanceof ApiProblem ? false : query.state.error ? 5_000 : false),
    },
  },
});

/** What was read under these words has changed. */
export const changed = (...keys: string[]): Promise<void> =>
  Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] }))).then(() => undefined);
