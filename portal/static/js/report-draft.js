// Keeps what is being written in this browser alone, so that a dead network or a closed page loses nothing.
(function () {
  'use strict';
  const doc = document;
  const form = doc.getElementById('report');
  if (!form) return;
  const NAME = 'bc-report';
  const WEEK = 7 * 24 * 3600 * 1000;
  // Where the page was opened stays as it is now; how many photos were sent is counted anew.
  const NOT_KEPT = ['at', 'hall', 'sent', 'item', 'drop'];
  let wiped = false;
  let timer = 0;

  // Private windows and full phones refuse to store: then there is simply no draft.
  function stored() {
    try { return JSON.parse(localStorage.getItem(NAME)); } catch (error) { return null; }
  }
  function forget() {
    try { localStorage.removeItem(NAME); } catch (error) { /* nothing was kept */ }
  }

  function fields() {
    return Array.from(new FormData(form)).filter((pair) => typeof pair[1] === 'string' && pair[1] !== '' && NOT_KEPT.indexOf(pair[0]) < 0);
  }

  function save() {
    if (wiped) return;
    const now = fields();
    // A key alone is nothing worth keeping.
    if (now.length < 2) return;
    try { localStorage.setItem(NAME, JSON.stringify({ at: Date.now(), fields: now })); } catch (error) { /* no room */ }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(save, 300);
  }

  function put(name, value) {
    const boxes = Array.from(form.elements).filter((box) => box.name === name && box.type !== 'file');
    boxes.forEach((box) => {
      if (box.type === 'checkbox' || box.type === 'radio') box.checked = box.checked || box.value === value;
      else box.value = value;
    });
  }

  function restore() {
    const draft = stored();
    if (!draft || !Array.isArray(draft.fields)) return;
    if (!(Date.now() - draft.at < WEEK)) { forget(); return; }
    if (!('fresh' in form.dataset)) return;
    draft.fields.forEach((pair) => put(pair[0], pair[1]));
    doc.getElementById('restored').hidden = false;
    form.dispatchEvent(new CustomEvent('restored', { detail: draft }));
  }

  // One tap: the text here, and the photos that were sent ahead.
  function wipe() {
    wiped = true;
    clearTimeout(timer);
    forget();
    const gone = new FormData();
    gone.append('key', form.elements.key.value);
    Array.from(form.querySelectorAll('[name=staged]')).forEach((box) => gone.append('name', box.value.split('|')[0]));
    Array.from(form.querySelectorAll('[name=drop]')).forEach((box) => gone.append('name', box.value));
    const leave = () => location.replace(form.dataset.anew);
    form.reset();
    if (gone.has('name')) fetch(form.dataset.remove, { method: 'POST', body: gone }).then(leave, leave);
    else leave();
  }

  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
  doc.addEventListener('visibilitychange', () => { if (doc.hidden) save(); });
  window.addEventListener('pagehide', save);
  doc.addEventListener('click', (event) => {
    if (event.target.closest('[data-does=wipe]')) wipe();
  });
  // After the other scripts of the page have begun to listen.
  doc.addEventListener('DOMContentLoaded', restore);
}());
