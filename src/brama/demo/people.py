"""Who works in the demo club and who comes to it: names as people have them."""

from typing import NamedTuple

from brama.shared.roles import Role


class Colleague(NamedTuple):
    """A member of the staff."""

    role: Role
    name: str
    email: str


class Guest(NamedTuple):
    """A buyer with their language and how many tickets they take."""

    name: str
    email: str
    locale: str
    tickets: int


OWNER = Colleague(Role.OWNER, "Олена Тищенко", "olena@tysha.example.com")
STAFF = (
    Colleague(Role.MANAGER, "Ганна Ковальчук", "hanna@tysha.example.com"),
    Colleague(Role.ACCOUNTANT, "Ярина Дзюба", "yaryna@tysha.example.com"),
    Colleague(Role.BOX_OFFICE, "Тарас Їжакевич", "taras@tysha.example.com"),
    Colleague(Role.INSPECTOR, "Остап Ґонта", "ostap@tysha.example.com"),
)

GUESTS = (
    Guest("Соломія Дем’яненко", "solomiia@example.com", "uk", 2),
    Guest("Марія-Анастасія Коваленко-Шевчук", "maria.anastasia@example.com", "uk", 1),
    Guest("Oisín Ó Súilleabháin", "oisin@example.com", "en", 2),
    Guest("Володимир-Олександр Христофорович Нечуй-Вітер-Переяславський", "volodymyr@example.com", "uk", 1),
    Guest("Zoë Åström-Müller", "zoe@example.com", "en", 1),
    Guest("Юрій Щасливий", "yurii@example.com", "uk", 4),
    Guest("Лю Вей", "liu.wei@example.com", "en", 1),
    Guest("Єлизавета Ґава", "yelyzaveta@example.com", "uk", 2),
)

VALID, USED, REFUNDED, ELSEWHERE = (
    Guest("Леся Мельник", "lesia@example.com", "uk", 2),
    Guest("Богдан Швець", "bohdan@example.com", "uk", 1),
    Guest("Катерина Бойко", "kateryna@example.com", "uk", 1),
    Guest("Андрій Пʼятниця", "andrii@example.com", "uk", 1),
)
