// Before the widget's own script: gives it the settings of the draft instead of those that were published. The page has an
// origin of its own, without cookies; the widget is told that there are none yet.
const { dataset } = document.getElementById('placet-widget');
const settings = { ...JSON.parse(dataset.preview), developerMode: true, timerTrigger: 0, scrollTrigger: 0 };
delete dataset.preview;

window.fetch = (address) => {
  const isAsked = String(address).includes('/v1/client/cookie-widget-settings/');
  return Promise.resolve(isAsked ? Response.json(settings) : new Response(null, { status: 204 }));
};
Object.defineProperty(document, 'cookie', { get: () => '', set: () => {} });
