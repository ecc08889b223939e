import '../../pages/tokens.css';
import '../../pages/fonts.css';
import '../../pages/base.css';
import './dashboard.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target });
