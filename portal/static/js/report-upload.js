// Sends photos one after the other, each made smaller first.
(function () {
  'use strict';
  const PATIENCE = 120000;
  const queue = [];
  let busy = false;

  function next() {
    if (busy || !queue.length) return;
    busy = true;
    const job = queue.shift();
    const go = (blob, preview) => {
      if (preview) job.tell.preview(preview);
      post(job, blob);
    };
    if (job.gone) free();
    else if (window.shrinkPhoto) window.shrinkPhoto(job.file, go);
    else go(job.file);
  }

  function free() { busy = false; next(); }

  function post(job, blob) {
    const body = new FormData();
    body.append('key', job.form.elements.key.value);
    body.append('photo', blob, 'photo');
    const call = new XMLHttpRequest();
    job.call = call;
    if (job.gone) { free(); return; }
    const failed = (sentence) => { job.tell.failed(sentence); free(); };
    call.open('POST', job.form.dataset.photos);
    call.timeout = PATIENCE;
    call.upload.onprogress = (event) => {
      if (event.lengthComputable) job.tell.part(Math.round(100 * event.loaded / event.total));
    };
    call.onerror = call.ontimeout = call.onabort = () => failed('');
    call.onload = () => {
      let answer = {};
      try { answer = JSON.parse(call.responseText); } catch (error) { /* not from us */ }
      if (!answer.name) { failed(answer.error || ''); return; }
      job.tell.done(answer.name);
      free();
    };
    call.send(body);
  }

  // tell: preview(img), part(percent), done(name), failed(sentence, empty when trying again may help).
  window.sendPhoto = function (form, file, tell) {
    const job = { form: form, file: file, tell: tell };
    queue.push(job);
    next();
    return () => { job.gone = true; if (job.call) job.call.abort(); };
  };
}());
