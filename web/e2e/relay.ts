// Stands between the browser and the server, to write down what arrives and to answer in its place when a test says so.
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Passed {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  status: number;
}

export class Relay {
  readonly passed: Passed[] = [];
  /**
   * Answers requests instead of the server: a status, a text with status 200, `hang` for no answer at all, `cut` for no
   * network, or `lose` for an answer of the server that does not reach the browser.
   */
  instead: ((passed: Passed) => number | string | undefined) | undefined;
  private readonly target: URL;
  private readonly server: Server = createServer((request, response) => void this.take(request, response));

  private constructor(target: string) {
    this.target = new URL(target);
  }

  static async open(target: string): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((ready) => relay.server.listen(0, '127.0.0.1', ready));
    return relay;
  }

  get origin(): string { return `http://localhost:${(this.server.address() as AddressInfo).port}`; }

  /** What arrived for paths that begin so, without preflights. */
  to(path: string): Passed[] {
    return this.passed.filter((one) => one.method !== 'OPTIONS' && one.path.startsWith(path));
  }

  /** The proofs of cookie choices, and what else is counted. */
  collected(type: 'Consents' | 'Visit' | 'Quit' = 'Consents'): Passed[] {
    return this.to('/v1/client/collect/').filter(({ body }) => body.includes(`"type":"${type}"`));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname: path, search } = new URL(request.url ?? '/', this.origin);
    const passed: Passed = { method: request.method ?? '', path, search, headers: request.headers, body: body.toString(), status: 0 };
    this.passed.push(passed);
    const own = passed.method === 'OPTIONS' ? undefined : this.instead?.(passed);
    if (own === 'hang') return;
    if (own === 'cut') return void request.socket.destroy();
    if (own && own !== 'lose') this.refuse(passed, response, own);
    else this.forward(passed, body, request, response, own === 'lose');
  }

  private refuse(passed: Passed, response: ServerResponse, answer: number | string): void {
    passed.status = typeof answer === 'number' ? answer : 200;
    response.writeHead(passed.status, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify({ status: 'refused', message: 'refused by the test' }));
  }

  private forward(passed: Passed, body: Buffer, request: IncomingMessage, response: ServerResponse, isLost: boolean): void {
    const { hostname, port } = this.target;
    const onward = ask({ hostname, port, method: request.method, path: request.url, headers: request.headers }, (answer) => {
      passed.status = answer.statusCode ?? 0;
      if (isLost) return void response.destroy();
      response.writeHead(passed.status, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
}
