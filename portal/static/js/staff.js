// Staff pages: keys for the ledger, the count of picked rows, and a word when a request by htmx fails. Everything works without it.
(function () {
  'use strict';
  const doc = document;
  doc.documentElement.classList.add('js');
  const all = (selector, from) => Array.from((from || doc).querySelectorAll(selector));
  const rows = () => all('.ledger tbody tr');
  const here = () => doc.querySelector('.ledger tr.here');
  const box = (row) => row && row.querySelector('.pick input');

  function move(step) {
    const list = rows();
    if (!list.length) return;
    const old = here();
    const at = old ? list.indexOf(old) + step : step > 0 ? 0 : list.length - 1;
    const row = list[Math.max(0, Math.min(list.length - 1, at))];
    if (old) old.classList.remove('here');
    row.classList.add('here');
    const link = row.querySelector('th a');
    if (link) link.focus();
    row.scrollIntoView({ block: 'nearest' });
  }

  // A bar says how many are picked, in every [data-count] inside it, and hides when none is.
  function count() {
    all('.bar[data-picks]').forEach((bar) => {
      const scope = bar.closest('form') || doc;
      const picked = all('.pick input:checked', scope).length;
      bar.hidden = !picked;
      all('[data-count]', bar).forEach((place) => { place.textContent = place.dataset.count.replace('0', picked); });
    });
    rows().forEach((row) => { const b = box(row); row.classList.toggle('picked', !!b && b.checked); });
  }

  function sheet(open) {
    const keys = doc.getElementById('keys');
    if (!keys) return;
    if (open && keys.showModal) { if (!keys.open) keys.showModal(); } else if (open) keys.setAttribute('open', ''); else if (keys.close) keys.close(); else keys.removeAttribute('open');
  }

  const deeds = {
    '/': () => { const q = doc.querySelector('input[type=search]'); if (q) { q.focus(); q.select(); } },
    j: () => move(1),
    k: () => move(-1),
    x: () => { const b = box(here()); if (b) b.click(); },
    Enter: () => { const link = here() && here().querySelector('th a'); if (link) link.click(); },
    '?': () => sheet(true),
  };

  doc.addEventListener('keydown', (event) => {
    const on = event.target;
    if (event.key === 'Escape' && on.type === 'search') return on.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !deeds[event.key]) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName) && !/^(checkbox|radio)$/.test(on.type)) return;
    if (doc.querySelector('dialog[open]')) return;
    // Enter keeps its own meaning on every button and link; here it only opens the marked row.
    if (event.key === 'Enter' && /^(A|BUTTON|SUMMARY)$/.test(on.tagName)) return;
    event.preventDefault();
    deeds[event.key]();
  });

  doc.addEventListener('click', (event) => {
    const on = event.target.closest('[data-does]');
    if (!on) return;
    if (on.dataset.does === 'keys') { event.preventDefault(); sheet(true); }
    if (on.dataset.does === 'close') sheet(false);
    if (on.dataset.does === 'print') window.print();
    if (on.dataset.does === 'unpick') { all('.pick input:checked').forEach((b) => { b.checked = false; }); count(); }
  });
  doc.addEventListener('change', (event) => { if (event.target.closest('.pick')) count(); });
  doc.addEventListener('htmx:afterSwap', count);
  ['htmx:responseError', 'htmx:sendError', 'htmx:timeout'].forEach((name) => doc.addEventListener(name, () => {
    const trouble = doc.getElementById('trouble');
    if (trouble) { trouble.hidden = false; trouble.scrollIntoView({ block: 'nearest' }); }
  }));
  doc.addEventListener('htmx:beforeRequest', () => { const t = doc.getElementById('trouble'); if (t) t.hidden = true; });
  window.addEventListener('pageshow', count);
  count();
})();
