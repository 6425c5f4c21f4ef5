// Photos as tiles. Without this file they go with the form.
(function () {
  'use strict';
  const doc = document;
  const id = (name) => doc.getElementById(name);
  const form = id('report');
  const pick = id('photos');
  // Without the steps the plain field stays.
  if (!form || !pick || !window.sendPhoto || !doc.documentElement.classList.contains('js')) return;
  const MOST = 6;
  const says = id('photo-field').dataset;
  const note = id('photo-note');
  const last = pick.parentNode.querySelector('.photos li');
  const kept = form.querySelectorAll('[data-kept]').length;
  const photos = [];
  const make = (tag) => doc.createElement(tag);
  let number = kept;

  // A tile is too narrow for a sentence.
  function say(more) {
    note.textContent = photos.filter((p) => p.why).map((p) => p.label + ' ' + p.why).concat(more || []).join('\n');
  }

  function tell() {
    form.elements.sent.value = form.querySelectorAll('[name=staged], [data-kept]').length;
    form.dispatchEvent(new Event('change'));
  }

  function tile(label) {
    const photo = { li: make('li'), label: label, line: make('p'), button: make('button') };
    photos.push(photo);
    Object.assign(photo.button, { className: 'btn', type: 'button', onclick: () => (photo.again ? send : drop)(photo) });
    photo.li.append(photo.line, photo.button);
    last.before(photo.li);
    return photo;
  }

  function state(photo, text, button, wrong) {
    photo.line.textContent = photo.label + '\n' + text;
    photo.line.className = wrong ? 'err words' : 'words';
    photo.button.textContent = button;
    photo.button.setAttribute('aria-label', button + ' ' + photo.label);
  }

  function send(photo) {
    const bar = make('progress');
    bar.max = 100;
    bar.setAttribute('aria-label', photo.label);
    photo.again = false;
    photo.button.before(bar);
    const part = (n) => { bar.value = n; state(photo, says.part.replace('{n}', n), says.stop); };
    part(0);
    photo.cancel = window.sendPhoto(form, photo.file, {
      preview: (img) => {
        if (photo.img) photo.img.remove();
        photo.img = img;
        photo.li.prepend(img);
      },
      part: part,
      done: (name) => { bar.remove(); arrived(photo, name); },
      failed: (why) => {
        bar.remove();
        photo.why = why;
        photo.again = !why;
        state(photo, why ? says.bad : says.failed, why ? says.swap : says.again, true);
        say();
      },
    });
  }

  function arrived(photo, name) {
    const box = make('input');
    photo.name = name;
    if (photo.gone) { takeBack(name); return; }
    box.type = 'hidden';
    box.name = 'staged';
    box.value = name + '|' + photo.label;
    photo.li.appendChild(box);
    state(photo, says.done, says.drop);
    tell();
  }

  function takeBack(name) {
    const body = new URLSearchParams({ key: form.elements.key.value, name: name });
    fetch(form.dataset.remove, { method: 'POST', body: body }).catch(() => { /* swept in two hours */ });
  }

  function drop(photo) {
    photo.gone = true;
    photos.splice(photos.indexOf(photo), 1);
    if (photo.cancel) photo.cancel();
    if (photo.name) takeBack(photo.name);
    photo.li.remove();
    say();
    tell();
    pick.focus();
    if (photo.why) pick.click();
  }

  pick.className = 'vh';
  last.insertBefore(pick, last.firstChild);
  pick.addEventListener('change', () => {
    const files = Array.from(pick.files);
    const room = Math.max(0, MOST - photos.length - kept);
    say(files.length > room ? says.full : '');
    files.slice(0, room).forEach((file) => {
      const photo = tile(says.label.replace('{n}', number += 1));
      photo.file = file;
      send(photo);
    });
    // Not with the form once more.
    pick.value = '';
  });
  form.addEventListener('restored', (event) => {
    const staged = event.detail.fields.filter((pair) => pair[0] === 'staged').map((pair) => pair[1].split('|'));
    if (Date.now() - event.detail.at < 72e5) staged.forEach((pair) => { number += 1; arrived(tile(pair[1]), pair[0]); });
    else if (staged[0]) say(says.gone);
  });
}());
