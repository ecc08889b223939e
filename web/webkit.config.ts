// A smoke test in WebKit: `cargo xtask test webkit` installs what it needs.
import base from './playwright.config';

export default { ...base, testDir: 'e2e/webkit', testIgnore: [], workers: 1 };
