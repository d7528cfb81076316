export { m } from '../generated/paraglide/messages.js';
