// All pages of /track: a code after # is sent at once, digits show in groups as they are typed, one tap is enough. Works without.
(function () {
  'use strict';
  const doc = document;
  // A receipt's QR carries the code after #: it never reaches a server's log, and leaves the address before anything is sent.
  const look = doc.querySelector('form[data-hash]');
  function fromHash() {
    let code = location.hash.slice(1);
    if (!look || !code || code === 'main') return;
    try { code = decodeURIComponent(code); } catch (error) { /* taken as it is */ }
    history.replaceState(null, '', location.pathname + location.search);
    look.elements[look.dataset.hash].value = code;
    look.submit();
  }
  window.addEventListener('hashchange', fromHash);
  fromHash();

  // Laid beside the receipt: twenty digits in a row cannot be checked by eye.
  const read = doc.getElementById('read');
  function repeat() {
    const digits = look.elements[look.dataset.hash].value.normalize('NFKC').replace(/\D/g, '').slice(0, 60);
    read.textContent = '';
    (digits.match(/.{1,4}/g) || []).forEach((four) => { read.appendChild(doc.createElement('span')).textContent = four; });
  }
  if (look && read) {
    look.addEventListener('input', repeat);
    window.addEventListener('pageshow', repeat);
  }

  // One tap is enough; a page that comes back from a history may be sent again.
  doc.addEventListener('submit', (event) => {
    const button = event.target.querySelector('button:not([name]):not([type=button])');
    if (button) setTimeout(() => { button.disabled = true; });
  });
  window.addEventListener('pageshow', () => {
    Array.from(doc.querySelectorAll('form button:disabled')).forEach((button) => { button.disabled = false; });
  });
}());
