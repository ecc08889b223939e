// Debian's WebKit, on a screen that nobody sees. Playwright drives only a WebKit of its own, so that this goes by WebDriver.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';

const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const DRIVER = '/usr/bin/WebKitWebDriver';

export class WebKit {
  readonly driver: WebDriver;
  private readonly processes: readonly ChildProcess[];

  private constructor(driver: WebDriver, processes: readonly ChildProcess[]) {
    this.driver = driver;
    this.processes = processes;
  }

  static async start(): Promise<WebKit> {
    // Says on descriptor 3 which screen was free.
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const [number] = await once(createInterface({ input: screen.stdio[3] as NodeJS.ReadableStream }), 'line') as [string];
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const server = spawn(DRIVER, [`--port=${port}`], { stdio: 'ignore', env: { ...process.env, DISPLAY: ':' + number, LIBGL_ALWAYS_SOFTWARE: '1' } });
    await answering(`http://127.0.0.1:${port}/status`);
    const wanted = new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation'] } });
    const driver = await new Builder().disableEnvironmentOverrides().usingServer(`http://127.0.0.1:${port}`).withCapabilities(wanted).build();
    return new WebKit(driver, [server, screen]);
  }

  async close(): Promise<void> {
    await this.driver.quit().catch(() => {});
    for (const one of this.processes) one.kill();
  }
}

async function answering(address: string): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    const answered = await fetch(address).then(() => true, () => false);
    if (answered) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error('WebKitWebDriver does not answer');
}
