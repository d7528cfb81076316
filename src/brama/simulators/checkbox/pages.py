"""What anybody may see without signing in: renderings, the tax service's look-up, the list of receipts."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery, QueryParameter

from brama.simulators.checkbox import errors, paper
from brama.simulators.checkbox.books import Books
from brama.simulators.checkbox.control import totals_of
from brama.simulators.checkbox.documents import Receipt
from brama.simulators.given import Given
from brama.simulators.runtime import html, language

WORDS = {
    "uk": {
        "simulated": "Імітатор реєстратора. Податкова цього не бачить.",
        "receipts": "Чеки",
        "sold": "Продано",
        "returned": "Повернуто",
        "shift_open": "Зміну відкрито",
        "shift_closed": "Зміну закрито",
        "offline": "офлайн",
        "empty": "Чеків ще немає",
        "SELL": "Продаж",
        "RETURN": "Повернення",
        "SERVICE_IN": "Внесення",
        "SERVICE_OUT": "Видача",
    },
    "en": {
        "simulated": "A simulated registrar. The tax office sees none of it.",
        "receipts": "Receipts",
        "sold": "Sold",
        "returned": "Returned",
        "shift_open": "Shift open",
        "shift_closed": "Shift closed",
        "offline": "offline",
        "empty": "No receipts yet",
        "SELL": "Sale",
        "RETURN": "Return",
        "SERVICE_IN": "Cash in",
        "SERVICE_OUT": "Cash out",
    },
}


def receipt_rows(books: Books, receipt: Receipt, *, second_copy: bool = False) -> list[paper.Row]:
    return paper.receipt_rows(receipt, books.register(receipt.register_id), second_copy=second_copy)


@get("/api/v1/receipts/{receipt_id:str}/html")
async def receipt_html(
    books: Given[Books], receipt_id: FromPath[str], is_second_copy: FromQuery[bool] = False
) -> Response[str]:
    receipt = books.receipt(receipt_id)
    title = f"Чек {receipt.fiscal_code or receipt.id}"
    return html(paper.as_html(receipt_rows(books, receipt, second_copy=is_second_copy), title))


@get("/api/v1/receipts/{receipt_id:str}/text")
async def receipt_text(
    books: Given[Books],
    receipt_id: FromPath[str],
    is_second_copy: FromQuery[bool] = False,
    width: Annotated[int, QueryParameter(ge=24, le=120)] = 42,
) -> Response[str]:
    rows = receipt_rows(books, books.receipt(receipt_id), second_copy=is_second_copy)
    return Response(paper.as_text(rows, width), media_type="text/plain")


@get("/api/v1/receipts/{receipt_id:str}/pdf", sync_to_thread=True)
def receipt_pdf(drawn: Given[list[paper.Row]]) -> Response[bytes]:
    return Response(paper.as_pdf(drawn), media_type="application/pdf")


@get("/api/v1/receipts/{receipt_id:str}/png", sync_to_thread=True)
def receipt_png(
    drawn: Given[list[paper.Row]], paper_width: Annotated[int, QueryParameter(ge=40, le=120)] = 58
) -> Response[bytes]:
    return Response(paper.as_png(drawn, paper_width), media_type="image/png")


@get("/api/v1/receipts/{receipt_id:str}/qrcode")
async def receipt_qrcode(books: Given[Books], receipt_id: FromPath[str]) -> Response[bytes]:
    receipt = books.receipt(receipt_id)
    if receipt.tax_url is None:
        raise errors.ApiError(400, "receipt.not_done", "Чек ще не зареєстровано")
    return Response(paper.qr_png(receipt.tax_url), media_type="image/png")


@get("/api/v1/reports/{report_id:str}/text")
async def report_text(
    books: Given[Books], report_id: FromPath[str], width: Annotated[int, QueryParameter(ge=24, le=120)] = 42
) -> Response[str]:
    report = books.reports.get(report_id)
    if report is None:
        raise errors.not_found("Звіт")
    rows = paper.report_rows(report, books.register(report.register_id))
    return Response(paper.as_text(rows, width), media_type="text/plain")


@get("/cashregs/check")
async def look_up(
    books: Given[Books],
    fiscal_code: Annotated[str, QueryParameter(name="id")],
    fiscal_number: Annotated[str, QueryParameter(name="fn")],
) -> Response[str]:
    """The tax service's own page of a receipt; both numbers must belong together."""
    for receipt in books.receipts.find("fiscal_code", fiscal_code):
        if books.register(receipt.register_id).fiscal_number == fiscal_number:
            return html(paper.as_html(receipt_rows(books, receipt), f"Чек {fiscal_code}"))
    raise errors.not_found("Чек")


@get("/")
async def index(request: Request[Any, Any, Any], books: Given[Books]) -> Response[str]:
    lang = language(request)
    text = paper.TEMPLATES.get_template("index.html").render(
        registers=books.registers.newest(),
        receipts=books.receipts.newest(200),
        totals=totals_of(books.receipts.newest()),
        words=WORDS[lang],
        lang=lang,
    )
    return html(text, cache_control="no-store")


async def drawn_receipt(
    books: Given[Books], receipt_id: FromPath[str], is_second_copy: FromQuery[bool] = False
) -> list[paper.Row]:
    """Read on the loop, so that drawing can happen on a thread."""
    return receipt_rows(books, books.receipt(receipt_id), second_copy=is_second_copy)


DRAWN = [receipt_pdf, receipt_png]
ROUTES = [receipt_html, receipt_text, receipt_qrcode, report_text, look_up, index]
