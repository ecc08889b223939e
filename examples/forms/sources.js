// How a site tells the library about its forms. The calls are those that pages written for it make, one after the other.
var _iub = window._iub || {};
_iub.cons_instructions = _iub.cons_instructions || [];
_iub.cons_instructions.push(['init', { api_key: '{{PUBLIC_KEY}}', log_level: 'error', logger: 'console', sendFromLocalStorageAtLoad: true }, function () {}]);

const notices = [{ identifier: 'privacy_policy' }, { identifier: 'terms' }];

function load(form, submitElement, map) {
  const told = { form: { selector: form, map }, consent: { legal_notices: notices } };
  if (submitElement) told.submitElement = submitElement;
  _iub.cons_instructions.push(['load', told]);
  _iub.cons.sendData();
}

const element = (id) => document.getElementById(id);

// A page that the browser leaves: the next one sends what was captured.
element('submit').addEventListener('click', () => {
  if (!element('commentform').checkValidity()) return;
  load(element('commentform'), element('submit'), {
    subject: { full_name: 'author', email: 'email' }, preferences: { remember: 'wp-comment-cookies-consent' }, exclude: ['comment_post_ID'],
  });
});

element('checkout').addEventListener('submit', () => load(element('checkout'), element('place_order'), {
  subject: { first_name: 'billing_first_name', last_name: 'billing_last_name', email: 'billing_email' }, preferences: { terms: 'terms' },
}));

// A page that stays: it is sent when the plugin says that its own server has had the form.
element('contact').addEventListener('wpcf7mailsent', () => {
  load(element('contact'), element('contact-send'), {
    subject: { full_name: 'your-name', email: 'your-email' }, preferences: { newsletter: 'acceptance-letter' }, exclude: ['_wpcf7_unit_tag'],
  });
  _iub.cons.sendFromLocalStorage();
});

element('wpforms-form-3').addEventListener('wpformsAjaxSubmitSuccess', () => {
  load(element('wpforms-form-3'), element('wpforms-submit-3'), {
    subject: { email: 'wpforms[fields][1]' }, preferences: { newsletter: 'wpforms[fields][3][]' },
  });
  _iub.cons.sendFromLocalStorage();
});

element('callback').addEventListener('submit_success', () => {
  load(element('callback'), null, {
    subject: { full_name: 'form_fields[name]', email: 'form_fields[email]' }, preferences: { calls: 'form_fields[calls]' },
  });
  _iub.cons.sendFromLocalStorage();
});
