"""The demo people: invented, complete, and without a password anybody could know (ASVS 13.2.3)."""

from sqlalchemy import select

from contracts.identity import AccountOpened, ContactChanged, PhysicianRegistered
from services.identity import cli, demo
from services.identity.models import Account


def test_the_demo_has_four_physicians_with_accounts_and_announces_both(house):
    assert house.service.published() == [PhysicianRegistered] * 5 + [AccountOpened, ContactChanged] * 4
    assert [event.cmp_number for event in house.service.events(ContactChanged)] == [
        "012345",
        "023546",
        "034567",
        "100001",
    ]
    assert [event.council for event in house.service.events(PhysicianRegistered)] == ["03", "15", "05", "03", "03"]


def test_loading_the_demo_again_changes_nothing(house):
    demo.load_demo(house.service.app)

    assert len(house.service.published()) == 13


def test_no_demo_account_has_a_password(service):
    cli.load_demo(service.app)

    with service.transaction() as session:
        assert session.scalars(select(Account.password_hash)).all() == [None] * 9


def test_every_demo_physician_gets_a_link_that_lets_in(house):
    links = cli.demo_login_links(house.service.app)

    assert links[0][0] == "CMP 012345 Rosa Elvira Quispe"
    numbers = [house.post("/v1/sessions/one-time", token=token).body["account"]["cmp_number"] for _, token in links]
    assert numbers == ["012345", "023546", "034567", "100001"]


def test_there_are_no_links_before_the_demo_is_loaded(service):
    assert cli.demo_login_links(service.app) == []


def test_demo_staff_need_the_code_of_their_second_factor_after_the_link(house):
    demo.load_demo_staff(house.service.app)
    email, token = demo.demo_staff_logins(house.service.app)[0]

    asked = house.post("/v1/sessions/one-time", token=token)
    assert (asked.status, asked.body["next"]) == (202, "second_factor")

    code = house.run("staff", "totp", email, "--demo")
    if house.service.db.is_sqlite:
        entered = house.post("/v1/sessions/second-factor", challenge=asked.body["challenge"], code=code.output.strip())
        assert "identity:staff" in entered.body["permissions"]
    else:
        assert code.exit_code == 1


def test_the_code_of_staff_who_are_not_of_the_demo_is_never_printed(house):
    demo.load_demo_staff(house.service.app)

    assert house.run("staff", "totp", "rosa.quispe@example.pe", "--demo").exit_code == 1
    assert house.run("staff", "totp", "administracion@example.pe").exit_code == 2
