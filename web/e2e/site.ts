// A customer's site: whatever page the test writes, harmless trackers under /t/, and a log of all that was requested.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Trackers that are no scripts. */
const TYPES: { readonly [ending: string]: string } = { gif: 'image/gif', css: 'text/css', mp4: 'video/mp4' };

interface Page {
  readonly html: string;
  readonly headers: Record<string, string>;
}

export class Site {
  readonly requests: string[] = [];
  private readonly pages = new Map<string, Page>();
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  static async open(): Promise<Site> {
    const site = new Site();
    await new Promise<void>((ready) => site.server.listen(0, '127.0.0.1', ready));
    return site;
  }

  get port(): number { return (this.server.address() as AddressInfo).port; }
  get origin(): string { return `http://localhost:${this.port}`; }

  /** Puts up a page; answers its address. */
  page(html: string, { path = '/page', headers = {} }: { path?: string; headers?: Record<string, string> } = {}): string {
    this.pages.set(path, { html, headers });
    return this.origin + path;
  }

  /** The trackers that were requested, in order. */
  get trackers(): string[] {
    return this.requests.filter((path) => path.startsWith('/t/') && !path.startsWith('/t/fence')).map((path) => path.slice(3));
  }

  forget(): void {
    this.requests.length = 0;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '/', this.origin);
    this.requests.push(pathname);
    const send = (status: number, type: string, body: string, headers = {}) => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers }).end(body);
    };
    const page = this.pages.get(pathname);
    if (page) return send(200, 'text/html; charset=utf-8', page.html, page.headers);
    if (pathname === '/favicon.ico') return send(204, 'image/x-icon', '');
    if (!pathname.startsWith('/t/')) return send(404, 'text/plain', 'not here');
    const name = pathname.slice(3);
    if (name.endsWith('.html')) return send(200, 'text/html; charset=utf-8', `<!doctype html><title>${name}</title><p>${name}`);
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type) return send(200, type, '');
    send(200, 'text/javascript', `(window.ran ??= []).push(${JSON.stringify(name)})`);
  }
}
