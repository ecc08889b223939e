// When the window appears: after a delay or a scrolled share of the page, whichever comes first; at once without either.
import type { Settings } from '../settings';

export function whenDue({ timerTrigger = 0, scrollTrigger = 0 }: Settings, show: () => void): void {
  if (!timerTrigger && !scrollTrigger) return show();
  let waiting = true;
  const once = () => {
    removeEventListener('scroll', scrolled);
    if (waiting) show();
    waiting = false;
  };
  const scrolled = () => {
    const room = document.documentElement.scrollHeight - innerHeight;
    if (room <= 0 || scrollY / room * 100 >= scrollTrigger) once();
  };
  if (timerTrigger) setTimeout(once, timerTrigger * 1000);
  if (!scrollTrigger) return;
  addEventListener('scroll', scrolled, { passive: true });
  scrolled();
}
