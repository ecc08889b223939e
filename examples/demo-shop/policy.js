// The cookie policy has no more to do than to be read.
import { translate } from './words.js';

await translate();
