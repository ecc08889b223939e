// The tests of the WordPress plugin: `cargo xtask test wordpress` installs what they need.
import base from './playwright.config';

export default { ...base, testDir: 'e2e/wordpress', testIgnore: [], workers: 1 };
