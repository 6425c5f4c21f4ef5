// Staff pages on a phone: the filters fold away unless one of them is chosen, and the tabs slide to the current one.
(function () {
  'use strict';
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const phone = window.matchMedia('(max-width: 48rem)');

  function fit() {
    all('.filters').forEach((filters) => { filters.open = !phone.matches || all('select', filters).some((one) => one.value); });
    all('main .tabs [aria-current]').forEach((tab) => {
      const row = tab.parentElement;
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    });
  }

  phone.addListener(fit); // addEventListener is newer than some of the browsers at the desks
  document.addEventListener('htmx:afterSwap', fit);
  fit();
})();
