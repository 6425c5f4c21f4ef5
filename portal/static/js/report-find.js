// Finds the hall's name for what somebody writes, and solved problems like theirs. Asked by POST: it stays out of addresses.
(function () {
  'use strict';
  const doc = document;
  const form = doc.getElementById('report');
  if (!form || !window.fetch) return;
  const text = form.elements.item_words;
  let timer = 0;
  let turn = 0;

  function ask(address, names, then) {
    const body = new FormData();
    names.forEach((name) => { if (form.elements[name]) body.append(name, form.elements[name].value); });
    fetch(address, { method: 'POST', body: body, headers: { 'HX-Request': 'true' } })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer)))
      .then(then)
      .catch(() => { /* help that did not come is no fault of the person's */ });
  }

  function find() {
    const mine = ++turn;
    if (!text.value.trim()) { doc.getElementById('items').textContent = ''; return; }
    ask(form.dataset.items, ['at', 'hall', 'item_words'], (html) => {
      // An answer that was overtaken would offer what was typed a while ago.
      if (mine === turn) doc.getElementById('items').outerHTML = html;
    });
  }

  function alike() {
    if (!text.value.trim() && !form.elements.words.value.trim()) return;
    ask(form.dataset.similar, ['at', 'hall', 'item_words', 'words'], (html) => {
      const place = doc.getElementById('similar');
      const fold = place.querySelector('details');
      if (!fold || !fold.open) place.innerHTML = html;
    });
  }

  text.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(find, 300); });
  form.addEventListener('change', (event) => {
    const box = event.target;
    if (box.name !== 'item' || !box.value) return;
    text.value = box.nextElementSibling.textContent;
  });
  form.elements.words.addEventListener('change', alike);
  form.addEventListener('step', (event) => { if (event.detail === 1) alike(); });
}());
