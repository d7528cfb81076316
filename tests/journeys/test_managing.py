"""A manager watches the night and sends money back; the till sells for cash; the owner invites a colleague."""

import re

import httpx
from playwright.async_api import Browser, expect

from brama.kernel.ids import new_code
from tests.journeys.people import SECOND, Buyer, Colleague, Person, api
from tests.support.machine import RunningMachine, messages_to
from tests.support.waiting import until


async def test_a_manager_sees_a_sale_arrive_and_sends_the_money_back(
    browser: Browser, machine: RunningMachine
) -> None:
    manager = await Colleague.signed_in(browser, machine, "manager")
    page = manager.page
    night = machine.demo["event"]
    await manager.open(f"night/{night['id']}")
    with api(machine, "manager") as staff:
        summary = f"/analytics/v1/events/{night['id']}/summary"
        before = staff.get(summary).json()
        shown, sold = (
            page.get_by_role("definition").first,
            before["tickets_sold"] - before["tickets_refunded"],
        )
        await expect(shown).to_have_text(re.compile(rf"^{sold}\b"))
        order = Buyer(machine).buy(Person("Ніна Костюк", "nina@example.com"), tickets=2)
        await expect(shown).to_have_text(re.compile(rf"^{sold + 2}\b"), timeout=3 * SECOND)
        assert staff.get(summary).json()["revenue"]["minor"] == before["revenue"]["minor"] + 800_00

    await manager.open(f"orders/{order.code}")
    await page.get_by_role("button", name="Повернути гроші").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Причина").fill("Захворіла")
    await dialog.get_by_role("button", name=re.compile("^Повернути 800")).click()
    await expect(dialog).to_be_hidden()
    await _check_refunded(machine, order.code, order.token, order.codes[0])
    await expect(page.get_by_text("повернено", exact=True).first).to_be_visible(timeout=10 * SECOND)
    await manager.leave()


async def _check_refunded(machine: RunningMachine, code: str, token: str, ticket: str) -> None:
    """Money back at the bank, tickets dead at the gate, the return registered, the letter sent."""

    def order() -> dict[str, object] | None:
        shown = httpx.get(
            f"{machine.origin}/api/sales/v1/orders/{code}", headers={"X-Order-Token": token}
        ).json()
        kinds = {receipt["kind"] for receipt in shown["receipts"] if receipt["state"] == "registered"}
        return dict(shown) if shown["state"] == "refunded" and kinds == {"sale", "return"} else None

    shown = await until(order, within_s=20)
    payments = shown["payments"]
    assert isinstance(payments, list)
    ledger = httpx.get(f"{machine.bank}/control/ledger", params={"payment_id": payments[0]["id"]}).text
    assert "80000" in ledger
    with api(machine, "inspector") as inspector:
        body = Buyer.scan(machine.demo["event"], ticket)
        answer = inspector.post("/admission/v1/redeem", json=body).json()
    assert (answer["verdict"], answer["outcome"]) == ("deny", "refunded")
    await until(
        lambda: [m for m in messages_to(machine, "nina@example.com") if "Повертаємо 800" in m["subject"]]
    )


async def test_the_door_sells_for_cash_and_the_inspector_admits_the_guest(
    browser: Browser, machine: RunningMachine
) -> None:
    seller = await Colleague.signed_in(browser, machine, "box_office")
    page = seller.page
    await seller.open("till")
    await page.get_by_role("button", name="Додати один: Друга хвиля").click()
    await page.get_by_label(re.compile("^Отримано")).fill("500")
    await expect(page.get_by_text(re.compile(r"Решта\s100\s₴"))).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Продати за готівку")).click()
    await expect(page.get_by_text("Продано")).to_be_visible()
    code = await page.get_by_text(re.compile(r"^0001-\w{4}-\w{4}$")).inner_text()
    await expect(page.get_by_role("link", name=re.compile("TEST-")).first).to_be_visible(timeout=15 * SECOND)
    with api(machine, "inspector") as inspector:
        event = machine.demo["event"]
        found = f"/admission/v1/events/{event['id']}/tickets?query={code}"
        items = await until(lambda: inspector.get(found).json()["items"])
        answer = inspector.post("/admission/v1/redeem", json=Buyer.scan(event, items[0]["code"])).json()
    assert answer["verdict"] == "admit"
    await seller.leave()


async def test_the_owner_invites_a_colleague_and_takes_the_role_away(
    browser: Browser, machine: RunningMachine
) -> None:
    email, name = f"r.{new_code(6).lower()}@tysha.example.com", f"Роксолана {new_code(4)}"
    owner = await Colleague.signed_in(browser, machine, "owner")
    page = owner.page
    await owner.open("team")
    await page.get_by_role("button", name="Запросити").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Ім’я та прізвище").fill(name)
    await dialog.get_by_label("Пошта").fill(email)
    await dialog.get_by_label("Роль").select_option("accountant")
    await dialog.get_by_role("button", name="Надіслати запрошення").click()

    letter = (await until(lambda: messages_to(machine, email)))[0]
    link = re.search(r"https?://\S+/admin/invitation#\S+", letter["text"])
    assert link is not None
    context = await browser.new_context(locale="uk-UA", timezone_id="Europe/Kyiv")
    colleague = Colleague(await context.new_page(), machine)
    await colleague.page.goto(link[0])
    for label in ("Новий пароль", "Пароль ще раз"):
        await colleague.page.get_by_label(label).fill("krutyi-parol-2026")
    await colleague.page.get_by_role("button", name=re.compile("Прийняти|Долучитися|Почати")).click()
    await expect(colleague.page.get_by_role("button", name="Вийти")).to_be_visible()

    await owner.open("team")
    await page.get_by_role("button", name=f"Ще: {name}").click()
    await page.get_by_role("menuitem", name="Забрати роль").click()
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("Забрати")).click()
    await expect(page.get_by_role("button", name=f"Ще: {name}")).to_be_hidden()
    signed = httpx.post(
        f"{machine.origin}/api/identity/v1/sessions", json={"email": email, "password": "krutyi-parol-2026"}
    )
    assert signed.status_code == 403
    await owner.open("audit")
    await expect(page.get_by_text(name).first).to_be_visible()
    await colleague.leave()
    await owner.leave()
