// The report form as four steps. Without this file it is one long page that sends itself.
(function () {
  'use strict';
  const doc = document;
  const form = doc.getElementById('report');
  if (!form) return;
  doc.documentElement.classList.add('js');
  doc.querySelector('h1').classList.add('vh');
  const all = (selector, from) => Array.from((from || form).querySelectorAll(selector));
  const id = (name) => doc.getElementById(name);
  const steps = all('.step');
  const title = doc.title;
  let at = 0;
  let pressed = null;

  function show(n, focus) {
    at = Math.max(0, Math.min(steps.length - 1, n));
    steps.forEach((step, i) => { step.hidden = i !== at; });
    all('.steps li', doc).forEach((li, i) => { li.classList.toggle('on', i <= at); });
    const of = id('step-of');
    of.textContent = of.dataset.says.replace('{n}', at + 1);
    doc.querySelector('[data-does=back]').style.visibility = at ? '' : 'hidden';
    doc.title = of.textContent + ' · ' + title;
    form.dispatchEvent(new CustomEvent('step', { detail: at }));
    if (!focus) return;
    window.scrollTo(0, 0);
    steps[at].querySelector('h2').focus();
  }

  function go(n) {
    if (!may(n)) return;
    const errors = id('errors');
    if (errors) errors.hidden = true;
    history.pushState({ step: n }, '');
    show(n, true);
  }

  // report-check.js looks at what is written before a step is left; where it is missing the server looks.
  const may = (n) => form.dispatchEvent(new CustomEvent('leave', { detail: n, cancelable: true }));

  form.addEventListener('submit', (event) => {
    // Another deed than sending: the choice of language, which brings the form back as it is.
    if (pressed && pressed.name) return;
    event.preventDefault();
    if (at < steps.length - 1) { go(at + 1); return; }
    // report-send.js takes it from here; where that is missing the form simply goes.
    if (may(steps.length) && form.dispatchEvent(new CustomEvent('send', { cancelable: true }))) form.submit();
  });
  // Enter in a field clicks the form's first button too; older browsers do not name the button in the event.
  doc.addEventListener('click', (event) => { pressed = event.target.closest('button'); }, true);
  doc.addEventListener('click', (event) => {
    const does = event.target.closest('[data-does]');
    const link = event.target.closest('#errors a, #review a');
    if (does && does.dataset.does === 'next') go(at + 1);
    // A page that came back with mistakes has nothing before it but the page that was sent.
    if (does && does.dataset.does === 'back') { if (history.state.first) show(at - 1, true); else history.back(); }
    if (link) {
      event.preventDefault();
      reach(doc.querySelector(link.getAttribute('href')));
      history.pushState({ step: at }, '');
    }
  });
  function reach(field) {
    show(steps.findIndex((step) => step.contains(field)));
    const fold = field.closest('details');
    if (fold) fold.open = true;
    field.focus();
  }
  form.addEventListener('reach', (event) => reach(event.detail));
  form.addEventListener('restored', () => { all('details').forEach((fold) => { fold.open = fold.open || all('input', fold).some((box) => box.value && box.type !== 'checkbox'); }); });
  window.addEventListener('popstate', (event) => show((event.state && event.state.step) || 0, true));

  const wrong = form.querySelector('[aria-invalid]');
  show(wrong ? steps.findIndex((step) => step.contains(wrong)) : 0);
  history.replaceState({ step: at, first: true }, '');
}());
