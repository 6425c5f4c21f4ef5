// The one-time code of a link stands after #, where no server and no log sees it: into its field, and out of the address.
(function () {
  'use strict';
  const code = document.getElementById('code');
  if (!code || location.hash.length < 17) return;
  code.value = decodeURIComponent(location.hash.slice(1)).slice(0, 60);
  history.replaceState(null, '', location.pathname);
  document.getElementById('new').focus();
})();
