// The last step: read over what was written, and send it without losing it to a dead network.
(function () {
  'use strict';
  const doc = document;
  const form = doc.getElementById('report');
  if (!form) return;
  const all = (selector, from) => Array.from((from || form).querySelectorAll(selector));
  const id = (name) => doc.getElementById(name);
  const status = id('sending');
  const send = id('send');
  const PATIENCE = 8000;
  let sending = false;

  const say = (code) => { status.textContent = code ? status.dataset[code] : ''; };
  const done = () => { sending = false; send.disabled = false; };

  // Text only, never HTML: what was typed is shown as it is.
  function review() {
    const list = id('review');
    const make = (tag, text, parent) => {
      const part = parent.appendChild(doc.createElement(tag));
      part.textContent = text;
      return part;
    };
    // A row leads back to where it was written.
    const add = (part, title, text, field) => {
      const row = make('div', '', list);
      make('dt', title, row);
      make('dd', (part.dataset.unit || '{n}').replace('{n}', () => text), row).className = 'words';
      const link = make('a', list.dataset.change, make('dd', '', row));
      link.href = '#' + field.id;
      link.setAttribute('aria-label', list.dataset.change + ' ' + title);
    };
    list.textContent = '';
    all('[data-review]').forEach((part) => {
      const values = all('input[type=text],input[type=tel],textarea', part).map((box) => box.value.trim());
      const chosen = all(':checked', part).map((box) => box.nextElementSibling.textContent);
      const said = values.concat(chosen).filter(Boolean);
      if (said.length) add(part, part.dataset.review, said.join('\n'), part.querySelector('input, textarea'));
    });
    const photos = Number(form.elements.sent.value);
    const field = id('photo-field');
    if (photos) add(field, field.dataset.title, photos, id('photos'));
    // A guess, as on the server: it points out and never holds back.
    id('sensitive').hidden = !/(^|\D)(\d{17}[\dXx]|\d{16}|\d{19})(?![\dA-Za-z])/.test(form.elements.words.value.replace(/[ -]/g, ''));
  }

  // Ask first whether anybody is there: else the browser would put its own page in place of this one.
  form.addEventListener('send', (event) => {
    event.preventDefault();
    if (sending) return;
    if (form.querySelector('progress')) { say('wait'); return; }
    sending = true;
    send.disabled = true;
    say('busy');
    const late = new Promise((_, fail) => setTimeout(fail, PATIENCE));
    Promise.race([fetch('/healthz', { method: 'HEAD', cache: 'no-store' }), late])
      .then(() => form.submit(), () => { done(); say('dead'); });
  });
  form.addEventListener('step', (event) => {
    say('');
    if (event.detail === 3) review();
  });
  // Back from the receipt: the button must not stay dead.
  window.addEventListener('pageshow', () => { done(); say(''); });
}());
