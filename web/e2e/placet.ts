// The real server: started with an empty data folder and the demo, stopped and started again where a test wants it away.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const TARGET = join(import.meta.dirname, '../../target');

function binary(): string {
  const built = ['release', 'debug'].map((profile) => join(TARGET, profile, 'placet'));
  const found = process.env['PLACET_BIN'] ?? built.find(existsSync);
  if (!found) throw new Error('the server is not built: run cargo build --package placet');
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

type Lines = { [label: string]: string };

const found = (text: string | undefined, pattern: RegExp): string => {
  const value = pattern.exec(text ?? '')?.[1];
  if (!value) throw new Error(`the server did not print ${pattern}`);
  return value;
};

export class Placet {
  readonly bin = binary();
  readonly data = mkdtempSync(join(tmpdir(), 'placet-e2e-'));
  readonly origin: string;
  private readonly port: number;
  private child: ChildProcess | undefined;
  private printed: Lines = {};
  private ended = '';

  private constructor(port: number) {
    this.port = port;
    this.origin = `http://localhost:${port}`;
  }

  static async start(): Promise<Placet> {
    const placet = new Placet(await freePort());
    await placet.start();
    return placet;
  }

  get publicKey(): string { return found(this.printed['Public key'], /(placet_pk_\w+)/); }
  get privateKey(): string { return found(this.printed['Private key'], /(placet_sk_\w+)/); }
  get email(): string { return found(this.printed['Dashboard'], /sign in as (\S+)/); }
  get password(): string { return found(this.printed['Dashboard'], /password (\S+)/); }

  /** Resolves when the server answers: its last line says so. */
  async start(): Promise<void> {
    const args = ['serve', '--demo', '--data', this.data, '--listen', `127.0.0.1:${this.port}`, '--public-url', this.origin];
    const child = spawn(this.bin, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PLACET_LOG: 'warn' } });
    this.child = child;
    let complaints = '';
    child.stderr.on('data', (text) => { complaints += text; });
    child.once('exit', (code, signal) => {
      if (this.child === child) this.ended = `the server ended by itself (${code ?? signal}): ${complaints}`;
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const [label, value] = line.split(/:\s+(.*)/s);
      if (label && value) this.printed[label] = value;
      if (line.startsWith('Placet listens')) return;
    }
    throw new Error(`the server did not start: ${complaints}`);
  }

  async stop(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
    if (this.ended) throw new Error(this.ended);
  }

  /** Publishes a widget while the server runs, as an operator would; answers its id. */
  async importWidget(settings: object): Promise<number> {
    const file = join(this.data, `widget-${crypto.randomUUID()}.json`);
    writeFileSync(file, JSON.stringify(settings));
    const args = ['widget', 'import', file, '--workspace', '1', '--json', '--data', this.data];
    const { stdout } = await promisify(execFile)(this.bin, args);
    return JSON.parse(stdout).id;
  }

  /** A member of the workspace, as an operator makes one; answers the e-mail address. The password is that of the demo. */
  async addMember(role: 'owner' | 'editor' | 'auditor'): Promise<string> {
    const email = `${role}.${crypto.randomUUID()}@example.org`;
    const args = ['member', 'create', '--workspace', '1', '--email', email, '--role', role, '--password-stdin', '--data', this.data];
    const made = promisify(execFile)(this.bin, args);
    made.child.stdin?.end(this.password);
    await made;
    return email;
  }

  /** Sends something with the private key; answers what the server does. */
  async send(method: string, path: string, body: object | FormData): Promise<any> {
    const isForm = body instanceof FormData;
    const headers = { ApiKey: this.privateKey, ...(!isForm && { 'Content-Type': 'application/json' }) };
    const response = await fetch(this.origin + path, { method, headers, body: isForm ? body : JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** An answer of the private API. */
  async get(path: string): Promise<any> {
    const response = await fetch(this.origin + path, { headers: { Authorization: `Bearer ${this.privateKey}`, ApiKey: this.privateKey } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** A consent as a program of the customer records it; answers its id. */
  async record(consent: object): Promise<string> {
    return (await this.send('POST', '/consent', consent)).id;
  }

  /** A document with these bytes; answers its id. */
  async upload(name: string, content: string, type = 'application/pdf'): Promise<string> {
    const form = new FormData();
    form.append('file', new Blob([content], { type }), name);
    return (await this.send('POST', '/documents', form)).id;
  }

  /** The stored proofs of a visitor, newest first, in the shape of the widget contract. */
  proofs(consentId: string): Promise<any[]> {
    return this.get(`/api/v1/consents?subject_id=${consentId}&shape=cookie`);
  }

  /** The trackers of the demo shop that were requested, oldest first. */
  async demoRequests(): Promise<string[]> {
    const { log } = await (await fetch(this.origin + '/demo/requests')).json();
    return log.map(({ path }: { path: string }) => path.replace('/demo/trackers/', ''));
  }

  async forgetDemoRequests(): Promise<void> {
    await fetch(this.origin + '/demo/requests', { method: 'DELETE' });
  }
}
