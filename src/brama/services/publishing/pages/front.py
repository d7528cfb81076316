"""Pages that belong to no single event: lists, legal texts, shells, and files for machines."""

from typing import Any

from brama.contracts.identity import OrganiserChanged
from brama.services.publishing.domain import Night
from brama.services.publishing.pages.event import EventWords, OrganiserLine
from brama.services.publishing.pages.layout import (
    Layout,
    Page,
    alternates,
    at,
    environment,
    file_of,
    texts,
    title_fit,
)

File = tuple[str, bytes]

FAVICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M0 0h32v32H0z"/>'
    b'<g fill="none" stroke="#fafaf7" stroke-width="2"><path d="M4 32V16a12 12 0 0 1 24 0v16"/>'
    b'<path d="M9 32V17a7 7 0 0 1 14 0v15"/></g><path stroke="#a99bff" stroke-width="2" fill="none"'
    b' d="M14 32V18a2 2 0 0 1 4 0v14"/></svg>'
)

_CHAPTERS = {
    "terms": ("buying", "tickets", "refund", "age"),
    "privacy": ("privacy_what", "privacy_why", "privacy_who", "privacy_rights"),
}


def lists(
    layout: Layout, locale: str, upcoming: list[EventWords], past: list[EventWords], mark: str | None
) -> list[File]:
    """What is next, and what was."""
    files = []
    for name, path, rows in (("index", "/", upcoming), ("archive", "/archive", past)):
        heading = texts(f"{name}.title", locale=locale)
        about = texts(f"{name}.description", locale=locale)
        page = _page(locale, heading, path, mark, about)
        empty = texts(f"{name}.empty", locale=locale)
        given: dict[str, Any] = {
            "heading": heading,
            "title_fit": title_fit(heading),
            "rows": rows,
            "empty": empty,
        }
        html = layout.render("list.html.j2", page, **given)
        files.append((file_of(path, locale), html))
    return files


def legal(layout: Layout, locale: str, organisers: list[OrganiserLine], mark: str | None) -> list[File]:
    """Terms and privacy, by the organisers' own legal data."""
    files = []
    for name, chapters in _CHAPTERS.items():
        path, heading = f"/legal/{name}", texts(f"legal.{name}", locale=locale)
        html = layout.render(
            "legal.html.j2",
            _page(locale, heading, path, mark),
            heading=heading,
            title_fit=title_fit(heading),
            chapters=[
                (texts(f"legal.{key}_title", locale=locale), texts(f"legal.{key}", locale=locale))
                for key in chapters
            ],
            organisers=organisers,
        )
        files.append((file_of(path, locale), html))
    return files


def shells(layout: Layout, locale: str, mark: str | None) -> list[File]:
    """Pages that an island fills: an order, a ticket; and the page for addresses that lead nowhere."""
    files = []
    for name in ("order", "ticket"):
        title = texts(f"{name}.title", locale=locale)
        page = _page(locale, title, None, mark, is_private=True)
        no_script = texts(f"{name}.no_script", locale=locale)
        given: dict[str, Any] = {"title_fit": title_fit(title), "no_script": no_script}
        html = layout.render("island.html.j2", page, island=name, **given)
        files.append((file_of(f"/{name}s", locale), html))
    title = texts("missing.title", locale=locale)
    page = _page(locale, title, None, mark, is_private=True)
    html = layout.render("missing.html.j2", page, title_fit=title_fit(title))
    return [*files, (file_of("/404", locale), html)]


def robots(origin: str) -> bytes:
    """Machines read pages, not people's orders."""
    closed = "".join(
        f"Disallow: {path}\n" for path in ("/api/", "/admin/", "/checkin/", "/orders/", "/tickets/", "/demo")
    )
    return f"User-agent: *\n{closed}\nSitemap: {origin}/sitemap.xml\n".encode()


def sitemap(origin: str, nights: list[Night], organisers: list[OrganiserChanged]) -> bytes:
    """Every page that is worth finding, with its twin."""
    rows: list[dict[str, object]] = [
        {"alternates": alternates(path), "changed_at": None} for path in ("/", "/archive")
    ]
    rows += [
        {"alternates": alternates(f"/organisers/{each.slug}"), "changed_at": None} for each in organisers
    ]
    rows += [
        {
            "alternates": alternates(f"/{night.event.slug}"),
            "changed_at": night.event.occurred_at.isoformat(timespec="seconds"),
        }
        for night in nights
    ]
    return environment().get_template("sitemap.xml.j2").render(origin=origin, rows=rows).encode()


def _page(
    locale: str,
    title: str,
    path: str | None,
    mark: str | None,
    description: str = "",
    *,
    is_private: bool = False,
) -> Page:
    return Page(
        locale=locale,
        title=title,
        description=description,
        mark=mark or texts("site.name", locale=locale),
        home=at("/", locale),
        path=None if path is None else at(path, locale),
        alternates=[] if path is None else alternates(path),
        is_private=is_private,
    )
