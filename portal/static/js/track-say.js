// The box for words on the page of a case: a draft survives a dead network, photos go up one by one. Works without.
(function () {
  'use strict';
  const doc = document;
  const make = (tag, text) => { const made = doc.createElement(tag); made.textContent = text || ''; return made; };
  const form = doc.querySelector('form[data-draft]');
  if (!form) return;
  const words = form.elements.words;
  const fold = form.closest('details');
  const name = 'bc-track-' + form.dataset.draft;
  // Only while this tab is open: others may use the phone.
  try {
    if (doc.getElementById('done')) sessionStorage.removeItem(name);
    else if (!words.value) words.value = sessionStorage.getItem(name) || '';
    if (fold && words.value) fold.open = true;
    words.addEventListener('input', () => { sessionStorage.setItem(name, words.value); });
  } catch (error) { /* a browser that keeps nothing */ }

  const pick = form.elements.photos;
  const list = doc.getElementById('shots');
  const says = list.parentNode.dataset;
  let number = 0;
  let busy = 0;
  if (!window.sendPhoto) return;
  doc.documentElement.classList.add('js');
  pick.className = 'vh';
  const press = pick.labels[0];
  press.className = 'btn';
  const go = form.querySelector('button:not([type])');
  go.before(pick, press);
  go.parentNode.after(doc.getElementById('pick-hint'));
  const wait = (by) => { busy += by; go.disabled = busy > 0; };

  function send(file) {
    const item = make('li');
    const row = make('p');
    const label = says.label.replace('{n}', number += 1);
    const drop = make('button', says.drop);
    const state = (text, wrong) => { row.textContent = label + ' ' + text; row.className = wrong ? 'err' : ''; };
    let kept = '';
    let over = false;
    const end = () => { if (!over) { over = true; wait(-1); } };
    drop.type = 'button';
    drop.className = 'btn';
    drop.setAttribute('aria-label', says.drop + ' ' + label);
    item.append(row, drop);
    list.appendChild(item);
    wait(1);
    state('');
    const cancel = window.sendPhoto(form, file, {
      preview: (img) => { img.width = 96; item.insertBefore(img, drop); },
      part: (part) => state(says.part.replace('{n}', part)),
      done: (given) => { kept = given; state(says.done); end(); if (!item.parentNode) forget(); },
      failed: (sentence) => { state(sentence || says.failed, true); end(); },
    });
    function forget() {
      const body = new FormData();
      body.append('key', form.elements.key.value);
      body.append('name', kept);
      fetch(form.dataset.remove, { method: 'POST', body: body }).catch(() => { /* swept in two hours */ });
    }
    drop.onclick = () => { item.remove(); cancel(); end(); if (kept) forget(); pick.focus(); };
  }

  pick.addEventListener('change', () => {
    const files = Array.from(pick.files);
    const room = Math.max(0, says.most - list.children.length);
    files.slice(0, room).forEach(send);
    if (files.length > room) { const full = make('li', says.full); list.appendChild(full); setTimeout(() => full.remove(), 8000); }
    // Sent by us: not with the form once more.
    pick.value = '';
  });
}());
