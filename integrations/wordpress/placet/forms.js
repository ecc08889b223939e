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
    const record = ({ target }) => {
      const form = target.matches(selector) ? target : target.querySelector(selector) || target.closest(selector);
      if (form) forms.send(form, settings);
    };
    // Events of jQuery are not the browser's; jQuery hears both. One plugin's event does not leave the form.
    if (!window.jQuery) document.addEventListener(event, record);
    else if (event === 'checkout_place_order_success') jQuery(selector).on(event, record);
    else jQuery(document).on(event, record);
  }
});
