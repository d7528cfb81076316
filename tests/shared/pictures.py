"""Draws what people would see, to be looked at: `python -m tests.shared.pictures FOLDER`."""

import sys
from pathlib import Path

import msgspec
import pypdfium2

from brama.kernel.money import Money
from brama.shared.poster import poster_svg
from brama.shared.share_image import share_image
from brama.shared.ticket_pdf import ticket_pdf
from tests.shared.test_ticket_pdf import LONG, PAGE

ENGLISH = {
    "locale": "en",
    "event_title": "First night after winter",
    "organiser": "Tysha",
    "venue": "Tysha",
    "address": "4 Vyhadana St, Kyiv",
    "holder": "Zażółć O’Connor-Müller",
    "ticket_type": "Second wave",
    "price": Money(0, "UAH"),
    "entrance_note": "No photos: we cover your camera at the door.",
    "poster_seed": "english",
}


def draw(folder: Path) -> None:
    """Ticket pages, share images and posters as files in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [PAGE, *(msgspec.structs.replace(PAGE, **change) for change in (LONG, ENGLISH))]
    data = ticket_pdf(pages)
    (folder / "tickets.pdf").write_bytes(data)
    for number, (page, drawn) in enumerate(zip(pages, pypdfium2.PdfDocument(data), strict=True), 1):
        drawn.render(scale=1.5).to_pil().save(folder / f"ticket-{number}.png")
        picture = share_image(
            title=page.event_title,
            date_line="сб, 5 грудня, 15:00–22:30" if page.locale == "uk" else "Sat, 5 December, 15:00–22:30",
            venue_line=f"{page.venue}, {page.address}",
            organiser=page.organiser,
            locale=page.locale,
            seed=page.poster_seed,
        )
        (folder / f"share-{number}.png").write_bytes(picture)
    drawings = "".join(poster_svg(str(number), 300, 300) for number in range(24))
    sheet = f"<body style='background:#c9c9c4;display:flex;flex-wrap:wrap;gap:12px'>{drawings}</body>"
    (folder / "posters.html").write_text(sheet, "utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
