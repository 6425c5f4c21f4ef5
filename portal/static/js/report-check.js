// Counts the words and looks at a step before it is left. The server is the judge of it all.
(function () {
  'use strict';
  const doc = document;
  const form = doc.getElementById('report');
  if (!form) return;
  const words = form.elements.words;
  const phone = form.elements.phone;

  // The browser's own bubble would speak the phone's language and be gone in a moment.
  function fault(field, sentence) {
    const name = field.id + '-err';
    let line = doc.getElementById(name);
    if (!line) {
      line = doc.createElement('p');
      line.className = 'err';
      line.id = name;
      field.after(line);
      field.setAttribute('aria-describedby', field.getAttribute('aria-describedby') + ' ' + name);
    }
    line.textContent = sentence;
    if (sentence) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }

  function count() {
    const n = Array.from(words.value.trim()).length;
    const note = doc.getElementById('words-note');
    note.textContent = n > 1000 ? words.dataset.over.replace('{n}', n - 1000) : words.dataset.says.replace('{n}', n);
    note.classList.toggle('err', n > 1000);
  }

  // Only what surely reaches nobody: fewer digits than any number has.
  const dials = (text) => !text.trim() || text.normalize('NFKC').replace(/\D/g, '').length > 6;

  // detail: the step one goes to, one more than there are when sending.
  form.addEventListener('leave', (event) => {
    let field = null;
    if (event.detail > 1 && !words.value.trim()) field = words;
    else if (event.detail > 2 && !dials(phone.value)) field = phone;
    if (!field) return;
    event.preventDefault();
    fault(field, field.dataset.need);
    form.dispatchEvent(new CustomEvent('reach', { detail: field }));
  });
  form.addEventListener('input', (event) => {
    if (event.target.hasAttribute('aria-invalid')) fault(event.target, '');
    if (event.target === words) count();
  });
  form.addEventListener('restored', count);
  if (words.value) count();
}());
