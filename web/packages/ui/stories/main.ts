import '../src/styles/base.css';
import { mount } from 'svelte';
import Stories from './Stories.svelte';

mount(Stories, { target: document.getElementById('kit')! });
