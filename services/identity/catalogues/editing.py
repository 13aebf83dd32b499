"""Staff edit catalogues: each act is audited, and told to the services that keep a copy."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.auth import Principal
from chassis.outbox import publish
from services.identity import audit
from services.identity.errors import CatalogueRefused, NationalOnly, NotFound
from services.identity.models import Council, SpecialityAlias, SpecialityName
from services.identity.models.catalogues import searchable


def change_council(session: Session, who: Principal, code: str, wish: dict[str, Any], moment: datetime) -> Council:
    """Edit a council; nothing is told when nothing changed. Raises NotFound, NationalOnly, CatalogueRefused."""
    _national(who)
    council = session.get(Council, code, with_for_update=True)
    if council is None:
        raise NotFound
    return _take_council(session, council, council.facts(), wish, moment)


def add_council(session: Session, who: Principal, wish: dict[str, Any], moment: datetime) -> Council:
    """Enter a council that was not there. Raises NationalOnly, CatalogueRefused."""
    _national(who)
    code = wish.pop("code")
    if session.get(Council, code) is not None:
        raise CatalogueRefused("Ya hay un consejo regional con ese código.")
    council = Council(code=code, roman="", name="", region="", confirmed=False)
    return _take_council(session, council, None, wish, moment)


def change_speciality(
    session: Session, who: Principal, code: str, wish: dict[str, Any], moment: datetime
) -> SpecialityName:
    """Edit a speciality and its other names. Raises NotFound, NationalOnly, CatalogueRefused."""
    _national(who)
    speciality = session.get(SpecialityName, code, with_for_update=True)
    if speciality is None:
        raise NotFound
    return _take_speciality(session, speciality, speciality.facts(), wish, moment)


def add_speciality(session: Session, who: Principal, wish: dict[str, Any], moment: datetime) -> SpecialityName:
    """Enter a speciality that was not there. Raises NationalOnly, CatalogueRefused."""
    _national(who)
    code = wish.pop("code")
    if session.get(SpecialityName, code) is not None:
        raise CatalogueRefused("Ya hay una especialidad con ese código.")
    return _take_speciality(session, SpecialityName(code=code, spellings=[]), None, wish, moment)


def _take_council(
    session: Session, council: Council, before: dict[str, Any] | None, wish: dict[str, Any], moment: datetime
) -> Council:
    reason = wish.pop("reason")
    event = council.change(moment, **wish)
    if event is not None:
        session.add(council)
        _flush(session, "Otro consejo regional ya tiene ese número.")
        subject = f"council:{council.code}"
        act = "council.changed" if before else "council.entered"
        audit.record(session, act=act, subject=subject, before=before, after=council.facts(), reason=reason)
        publish(session, event)
    return council


def _take_speciality(
    session: Session, speciality: SpecialityName, before: dict[str, Any] | None, wish: dict[str, Any], moment: datetime
) -> SpecialityName:
    reason = wish.pop("reason")
    _check_names(session, speciality.code, [wish["name"], *wish["aliases"]])
    with session.no_autoflush:
        event = speciality.change(moment, name=wish["name"], rne_code=wish["rne_code"], aliases=tuple(wish["aliases"]))
    if event is not None:
        session.add(speciality)
        _flush(session, "Otra especialidad ya tiene ese código del RNE.")
        subject = f"speciality:{speciality.code}"
        act = "speciality.changed" if before else "speciality.entered"
        audit.record(session, act=act, subject=subject, before=before, after=speciality.facts(), reason=reason)
        publish(session, event)
    return speciality


def _check_names(session: Session, code: str, names: list[str]) -> None:
    """No name means two specialities, with or without accents. Raises CatalogueRefused."""
    keys = [searchable(name) for name in names]
    others = select(SpecialityAlias.name).where(SpecialityAlias.search_name.in_(keys), SpecialityAlias.code != code)
    if taken := session.scalars(others).first():
        raise CatalogueRefused(f"El nombre «{taken}» ya es de otra especialidad.")


def _national(who: Principal) -> None:
    """Catalogues are everybody's: staff of one council look at them only. Raises NationalOnly."""
    if who.council is not None:
        raise NationalOnly


def _flush(session: Session, told: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise CatalogueRefused(told) from error
