// Tells the form library about the forms of this site. Some plugins say with an event when a submission has succeeded; the
// others are heard when the browser submits.
window.placet = window.placet || [];
placet.forms = placet.forms || [];
placet.forms.push((forms) => {
  for (const { selector, event, settings } of window.placetForms) {
    if (!event) {
      forms.attach(selector, settings);
      continue;
    }
    // Others may use an event's name for things of their own. Contact Form 7 used to say it of what is around the form.
    const record = ({ target }) => {
      const form = target.closest?.(selector) ?? (target.matches?.('.wpcf7') && target.querySelector(selector));
      if (form) forms.send(form, settings);
    };
    // Its events are not the browser's, but it hears both. The checkout's event does not leave the form.
    jQuery(event === 'checkout_place_order_success' ? selector : document).on(event, record);
  }
});
