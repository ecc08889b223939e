// Maison Terre: what the demo shop does, one file for each thing.
import { fillBasket } from './basket.js';
import { showMyConsent } from './my-consent.js';
import { offerNewsletter } from './newsletter.js';
import { watchRequests } from './requests.js';
import { switchTheme } from './theme.js';
import { translate } from './words.js';

// On a phone the list would push the shop out of sight.
document.getElementById('try').open = window.matchMedia('(min-width: 62rem)').matches;

switchTheme();
fillBasket();
showMyConsent();
offerNewsletter();
watchRequests();
await translate();
