// The receipt: copy, print, and a picture of the slip, drawn here so that the server never makes one.
(function () {
  'use strict';
  const doc = document;
  doc.documentElement.classList.add('js');
  // It has arrived: the draft has done its work.
  try { localStorage.removeItem('bc-report'); } catch (error) { /* none was kept */ }
  const slip = doc.getElementById('slip');
  if (!slip) return;
  const says = slip.dataset;
  const groups = Array.from(doc.querySelectorAll('.key span')).map((part) => part.textContent);
  const text = (part) => part.textContent.trim().replace(/\s+/g, ' ');

  function copy() {
    const code = groups.join(' ');
    const told = (word) => { doc.getElementById('told').textContent = word; };
    const old = () => {
      const box = doc.createElement('textarea');
      box.value = code;
      doc.body.appendChild(box);
      box.select();
      let done = false;
      try { done = doc.execCommand('copy'); } catch (error) { /* told below */ }
      box.remove();
      told(done ? says.copied : says.failed);
    };
    if (navigator.clipboard && navigator.clipboard.writeText) navigator.clipboard.writeText(code).then(() => told(says.copied), old);
    else old();
  }

  function draw() {
    const width = 720;
    const pad = 48;
    const canvas = doc.createElement('canvas');
    const pen = canvas.getContext('2d');
    const sans = getComputedStyle(doc.body).fontFamily;
    const mono = getComputedStyle(doc.querySelector('.key')).fontFamily;
    const facts = Array.from(doc.querySelectorAll('#facts dt')).map((dt) => text(dt) + '  ' + text(dt.nextElementSibling));
    const lines = [];
    let y = pad;
    const line = (words, font, step) => lines.push([words, font, (y += step)]);
    // Breaks by measure: an item's name may be longer than the slip is wide.
    const wrap = (words, font, step) => {
      pen.font = font;
      let row = '';
      (words.match(/[!-~]+ ?|[^]/gu) || []).forEach((sign) => {
        if (row && pen.measureText(row + sign).width > width - 2 * pad) { line(row, font, step); row = ''; }
        row += sign;
      });
      line(row, font, step);
    };
    wrap(says.title, '600 34px ' + sans, 40);
    Array.from(doc.querySelectorAll('#promised span')).forEach((part) => wrap(text(part), '28px ' + sans, 46));
    line(says.key, '600 28px ' + sans, 66);
    line(groups.slice(0, 3).join('  '), '600 54px ' + mono, 68);
    line(groups.slice(3).join('  '), '600 54px ' + mono, 68);
    const top = y + 30;
    y = top + 300;
    line(says.hint, '28px ' + sans, 40);
    facts.forEach((fact) => wrap(fact, '28px ' + sans, 44));
    canvas.width = width;
    canvas.height = y + pad;
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, width, canvas.height);
    pen.fillStyle = '#000';
    lines.forEach((one) => { pen.font = one[1]; pen.fillText(one[0], pad, one[2]); });
    const code = doc.querySelector('svg.qr');
    const scale = 300 / code.viewBox.baseVal.width;
    pen.translate(pad - 4 * scale, top);
    pen.scale(scale, scale);
    pen.fill(new Path2D(code.querySelector('path').getAttribute('d')));
    return canvas.toDataURL('image/png');
  }

  function save() {
    const note = doc.createElement('p');
    const img = doc.createElement('img');
    note.className = 'note';
    note.textContent = says.long;
    img.className = 'slip';
    img.alt = says.alt;
    img.src = draw();
    slip.textContent = '';
    slip.append(note, img);
  }

  doc.addEventListener('click', (event) => {
    const button = event.target.closest('[data-does]');
    if (!button) return;
    if (button.dataset.does === 'copy') copy();
    if (button.dataset.does === 'print') window.print();
    if (button.dataset.does === 'save') save();
  });
}());
