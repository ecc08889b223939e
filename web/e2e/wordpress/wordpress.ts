// Debian's WordPress with our plugin, on a MariaDB of its own, served by PHP. Nothing of the machine is touched.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PLUGIN = join(import.meta.dirname, '../../../integrations/wordpress/placet');
const AS_ROOT = process.getuid?.() === 0 ? ['--user=root'] : [];

export interface Ids {
  post: number; privacy: number; contact: number; survey: number;
  contact_page: number; survey_page: number; callback_page: number; checkout_page: number;
}

const config = (socket: string, origin: string) => `<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:${socket}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', ''); $table_prefix = 'wp_';
define('WP_HOME', '${origin}'); define('WP_SITEURL', '${origin}');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) define($name, 'for tests only');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('WP_ACCESSIBLE_HOSTS', 'localhost');
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`;

export class WordPress {
  readonly dir = mkdtempSync(join(tmpdir(), 'placet-wordpress-'));
  readonly site = join(this.dir, 'site');
  readonly children: ChildProcess[] = [];
  origin = '';
  ids!: Ids;

  static async open(): Promise<WordPress> {
    const wordpress = new WordPress();
    await wordpress.startDatabase();
    await wordpress.copySite();
    wordpress.ids = JSON.parse(await wordpress.php(join(import.meta.dirname, 'install.php')));
    wordpress.spawn('php', ['-S', wordpress.origin.replace('http://', ''), '-t', wordpress.site], { PHP_CLI_SERVER_WORKERS: '4' });
    await until(() => fetch(wordpress.origin + '/wp-login.php'));
    return wordpress;
  }

  page(id: number): string { return `${this.origin}/?p=${id}`; }

  /** Runs PHP inside the site, as a program of its owner would. */
  async run(code: string): Promise<string> {
    const file = join(this.dir, `run-${crypto.randomUUID()}.php`);
    writeFileSync(file, `<?php require 'wp-load.php'; ${code}`);
    return this.php(file);
  }

  async close(): Promise<void> {
    for (const child of this.children.reverse()) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if ((child.exitCode ?? child.signalCode) !== null || !child.pid) continue;
      process.kill(-child.pid); // PHP's server leaves its workers behind
      await ended;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }

  private async php(file: string): Promise<string> {
    return (await run('php', [file], { cwd: this.site, env: { ...process.env, HTTP_HOST: 'localhost' } })).stdout;
  }

  private spawn(program: string, args: string[], env = {}): void {
    this.children.push(spawn(program, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } }));
  }

  private get socket(): string { return join(this.dir, 'socket'); }

  private async startDatabase(): Promise<void> {
    const data = join(this.dir, 'data');
    mkdirSync(data);
    await run('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...AS_ROOT]);
    this.spawn('/usr/sbin/mariadbd', ['--no-defaults', `--datadir=${data}`, `--socket=${this.socket}`, '--skip-networking', '--skip-log-bin', ...AS_ROOT]);
    await until(() => run('mariadb', ['--no-defaults', `--socket=${this.socket}`, '--user=root', '--execute=CREATE DATABASE wordpress']));
  }

  private async copySite(): Promise<void> {
    this.origin = `http://localhost:${await freePort()}`;
    cpSync('/usr/share/wordpress', this.site, { recursive: true, dereference: true });
    cpSync(PLUGIN, join(this.site, 'wp-content/plugins/placet'), { recursive: true });
    mkdirSync(join(this.site, 'wp-content/mu-plugins'));
    cpSync(join(import.meta.dirname, 'stand_ins.php'), join(this.site, 'wp-content/mu-plugins/stand_ins.php'));
    writeFileSync(join(this.site, 'wp-content/mu-plugins/readme.php'), `<?php ${printed()}`);
    writeFileSync(join(this.site, 'wp-config.php'), config(this.socket, this.origin));
  }
}

/** The code in the plugin's README. */
function printed(): string {
  const code = /```php\n(.*?)\n```/s.exec(readFileSync(join(PLUGIN, '../README.md'), 'utf8'))?.[1];
  if (!code) throw new Error('the README of the plugin has no code');
  return code;
}

async function until(works: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await works();
      return;
    } catch (error) {
      if (tries > 300) throw error;
      await new Promise((later) => setTimeout(later, 100));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
