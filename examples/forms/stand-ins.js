// What the plugins do themselves: take the submission over, and say when their server has had it.
const saysWhenSent = (form, event, empties) => form.addEventListener('submit', (submission) => {
  submission.preventDefault();
  setTimeout(() => {
    form.dispatchEvent(new CustomEvent(event, { bubbles: true }));
    if (empties) form.reset();
  }, 20);
});

saysWhenSent(document.getElementById('contact'), 'wpcf7mailsent', true);
saysWhenSent(document.getElementById('wpforms-form-3'), 'wpformsAjaxSubmitSuccess', true);
saysWhenSent(document.getElementById('callback'), 'submit_success', true);
