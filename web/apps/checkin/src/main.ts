import '@brama/ui/base.css';
import { locale } from '@brama/i18n/locale';
import { mount } from 'svelte';
import App from './App.svelte';
import { registerWorker } from './update.svelte.ts';

locale.fromDevice();
mount(App, { target: document.getElementById('app')! });

// Under an app shell (capacitor://) no worker can register, and none is needed: the files are bundled.
if (import.meta.env.PROD && location.protocol.startsWith('http') && 'serviceWorker' in navigator) void registerWorker();
