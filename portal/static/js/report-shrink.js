// Makes a photo smaller before it is sent, and a preview of it.
(function () {
  'use strict';
  const SIDE = 1600;
  const PREVIEW = 240;
  const SMALL = 400 * 1024;
  if (!HTMLCanvasElement.prototype.toBlob) return;
  // A browser that would draw a turned photo lying down sends it as it is: the server knows how to turn it.
  const turns = window.CSS && CSS.supports && CSS.supports('image-orientation', 'from-image');

  function draw(picture, side) {
    const scale = Math.min(1, side / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  function preview(picture) {
    const img = document.createElement('img');
    img.alt = '';
    img.src = draw(picture, PREVIEW).toDataURL('image/jpeg', 0.7);
    return img;
  }

  // Read as a data address: the page's policy shows no blob. What cannot be read here goes as it is, and the server says why.
  window.shrinkPhoto = function (file, then) {
    const reader = new FileReader();
    const picture = new Image();
    const asIs = () => then(file);
    reader.onerror = asIs;
    picture.onerror = asIs;
    reader.onload = () => { picture.src = reader.result; };
    picture.onload = () => {
      const small = preview(picture);
      if (!turns || file.size < SMALL) { then(file, small); return; }
      draw(picture, SIDE).toBlob((blob) => then(blob && blob.size < file.size ? blob : file, small), 'image/jpeg', 0.82);
    };
    reader.readAsDataURL(file);
  };
}());
