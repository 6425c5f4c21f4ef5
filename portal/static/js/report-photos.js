// Photos as tiles. Without this file they go with the form.
(function () {
  'use strict';
  const doc = document;
  const form = doc.getElementById('report');
  const pick = doc.getElementById('photos');
  // Without the steps the plain field stays.
  if (!form || !pick || !window.sendPhoto || !doc.documentElement.classList.contains('js')) return;
  const MOST = 6;
  const SHELF = 72e5;
  const says = doc.getElementById('photo-field').dataset;
  const note = doc.getElementById('photo-note');
  const last = pick.parentNode.querySelector('.photos li');
  const kept = form.querySelectorAll('[data-kept]').length;
  let number = kept;

  const make = (tag) => doc.createElement(tag);
  const many = () => last.parentNode.children.length - 1 + kept;

  function tell() {
    form.elements.sent.value = form.querySelectorAll('[name=staged], [data-kept]').length;
    form.dispatchEvent(new Event('change'));
  }

  function tile(label) {
    const photo = { li: make('li'), label: label, line: make('p'), button: make('button') };
    photo.button.className = 'btn';
    photo.button.type = 'button';
    photo.button.onclick = () => (photo.again ? send(photo) : drop(photo));
    photo.li.append(photo.line, photo.button);
    last.parentNode.insertBefore(photo.li, last);
    return photo;
  }

  function state(photo, text, button, wrong) {
    photo.line.textContent = photo.label + '\n' + text;
    photo.line.className = wrong ? 'err words' : 'words';
    photo.li.classList.toggle('wrong', !!wrong);
    photo.button.textContent = button;
    photo.button.setAttribute('aria-label', button + ' ' + photo.label);
  }

  function send(photo) {
    const bar = make('progress');
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute('aria-label', photo.label);
    photo.again = false;
    photo.li.insertBefore(bar, photo.button);
    const part = (n) => { bar.value = n; state(photo, says.part.replace('{n}', n), says.stop); };
    part(0);
    photo.cancel = window.sendPhoto(form, photo.file, {
      preview: (img) => {
        if (photo.img) photo.img.remove();
        photo.img = img;
        photo.li.insertBefore(img, photo.line);
      },
      part: part,
      done: (name) => { bar.remove(); arrived(photo, name); },
      failed: (why) => {
        bar.remove();
        photo.again = !why;
        state(photo, why || says.failed, why ? says.drop : says.again, true);
      },
    });
  }

  function arrived(photo, name) {
    const box = make('input');
    photo.name = name;
    photo.cancel = null;
    if (photo.gone) { takeBack(name); return; }
    box.type = 'hidden';
    box.name = 'staged';
    box.value = name + '|' + photo.label;
    photo.li.appendChild(box);
    state(photo, says.done, says.drop);
    tell();
  }

  function takeBack(name) {
    const body = new FormData();
    body.append('key', form.elements.key.value);
    body.append('name', name);
    fetch(form.dataset.remove, { method: 'POST', body: body }).catch(() => { /* swept in two hours */ });
  }

  function drop(photo) {
    photo.gone = true;
    if (photo.cancel) photo.cancel();
    if (photo.name) takeBack(photo.name);
    photo.li.remove();
    note.textContent = '';
    tell();
    pick.focus();
  }

  pick.className = 'vh';
  last.insertBefore(pick, last.firstChild);
  pick.addEventListener('change', () => {
    const files = Array.from(pick.files);
    const room = Math.max(0, MOST - many());
    note.textContent = files.length > room ? says.full : '';
    files.slice(0, room).forEach((file) => {
      number += 1;
      const photo = tile(says.label.replace('{n}', number));
      photo.file = file;
      send(photo);
    });
    // Not with the form once more.
    pick.value = '';
  });
  form.addEventListener('restored', (event) => {
    const staged = event.detail.fields.filter((pair) => pair[0] === 'staged').map((pair) => pair[1].split('|'));
    if (staged.length && !(Date.now() - event.detail.at < SHELF)) { note.textContent = says.gone; return; }
    staged.forEach((pair) => { number += 1; arrived(tile(pair[1] || ''), pair[0]); });
  });
}());
