"""A page of a PDF as a picture, for looking at it before printing."""

from io import BytesIO

import pypdfium2


def render_png(pdf: bytes, page: int, dpi: int) -> bytes:
    """Page `page` of `pdf`, counted from 0, as a grey PNG at `dpi` dots an inch. Raises IndexError beyond the last."""
    with pypdfium2.PdfDocument(pdf) as document:
        if not 0 <= page < len(document):
            raise IndexError(f"page {page} of {len(document)}")
        picture = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
    out = BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()
