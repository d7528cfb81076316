export { openStore, type Cached, type OfflineStore, type Outgoing } from './store.ts';
