"""The pages of Conoce a tu médico and of SISTCERE with its desk, for axe and for pictures."""

from collections.abc import Callable

from tests.portal.browser import Surfer
from tests.portal.fake_gateway import STAFF
from tests.portal.fakes_register import a_physician

Scene = Callable[[Surfer], None]
SEARCH = "/conoce-a-tu-medico/"
DESK = "/gestion/sistcere"


def opens(path: str, *presses: str) -> Scene:
    """Open a page without a login, press buttons."""

    def go(surfer: Surfer) -> None:
        surfer.open(path)
        for name in presses:
            surfer.press(name)

    return go


def nobody(surfer: Surfer) -> None:
    """Nothing fits."""
    surfer.world.register.physicians = []
    surfer.open(f"{SEARCH}?q=zzz")


def many(surfer: Surfer) -> None:
    """More than a page, in a speciality, in every standing."""
    standings = {"000001": True, "000002": False, "000003": None}
    surfer.world.register.physicians = [
        a_physician(cmp_number=number, in_good_standing=good) for number, good in standings.items()
    ]
    surfer.world.register.next = "rengifo.000003"
    surfer.open(f"{SEARCH}?q=ren&especialidad=Psiquiatr%C3%ADa")


def lapsed(surfer: Surfer) -> None:
    """INHÁBIL, recertification over, no speciality."""
    surfer.world.register.physicians = [a_physician(in_good_standing=False, recertified=False, specialities=[])]
    surfer.open(f"{SEARCH}023546")


def bare(surfer: Surfer) -> None:
    """Nothing was published."""
    surfer.world.register.pieces = []
    surfer.open("/sistcere-2/")


def at_the_desk(path: str, *presses: str, files: bool = False) -> Scene:
    """As who writes the page."""

    def go(surfer: Surfer) -> None:
        surfer.world.person, surfer.world.permissions = STAFF, ["recert:content"]
        if files:
            surfer.world.register.add_file()
        surfer.sign_in()
        opens(path, *presses)(surfer)

    return go


def desk_bare(surfer: Surfer) -> None:
    """A desk without pieces."""
    surfer.world.register.pieces = []
    at_the_desk(DESK)(surfer)


REGISTER_SCENES: dict[str, Scene] = {
    "register search": opens(SEARCH),
    "register search in error": opens(SEARCH, "Buscar"),
    "register, found": many,
    "register, none found": nobody,
    "register, specialities": opens(f"{SEARCH}especialidades"),
    "register, physician": opens(f"{SEARCH}023546"),
    "register, physician lapsed": lapsed,
    "sistcere page": opens("/sistcere-2/"),
    "sistcere page empty": bare,
    "sistcere desk": at_the_desk(DESK, files=True),
    "sistcere desk empty": desk_bare,
    "sistcere piece": at_the_desk(f"{DESK}/entry-1", files=True),
    "sistcere piece in error": at_the_desk(f"{DESK}/nuevo/ENTRY", "Guardar"),
}
