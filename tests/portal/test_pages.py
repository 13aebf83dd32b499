"""What every page must say to a screen reader and axe does not ask (ux.md, "Accessibility, automated")."""

import pytest

from tests.portal.fake_gateway import FakeGateway, due
from tests.portal.visitor import Page, Visitor

PUBLIC = ["/", "/ingresar", "/ingresar/enlace", "/ayuda", "/accesibilidad", "/no-existe", "/registro", "/registro/datos", "/registro/estado",
          "/registro/estado/ABCDEFGH2345", "/registro/confirmar/enlace-bueno", "/registro/confirmar/malo",
          "/recordar-usuario", "/recordar-usuario/enviado", "/recordar-contrasena", "/recordar-contrasena/enviado",
          "/contrasena/nueva/enlace-bueno", "/contrasena/nueva/malo", "/sistcere/ingreso",
          "/sistcere/ingreso/solicitud", "/sistcere/ingreso/enviado"]  # fmt: skip
PRIVATE = [
    "/menu", "/mis-sesiones", "/cambiar-contrasena", "/actualizacion-de-datos", "/actualizacion-de-datos/correo", "/actualizacion-de-datos/foto", "/actualizacion-de-datos/historial", "/sinadef", "/sinadef/nueva", "/sinadef/1", "/sinadef/1/anular", "/biblioteca-virtual", "/biblioteca-virtual/ir/1", "/pago-online", "/pago-online/tipo", "/pago-online/comprobante", "/pago-online/cuotas",
    "/pago-online/resumen", "/pago-online/condiciones", "/pago-online/pedidos", "/pago-online/pedidos/o1",
    "/pago-online/pedidos/o2", "/pago-online/pedidos/o3", "/pago-online/pedidos/o4", "/pago-online/pedidos/o5",
    "/pago-online/pedidos/ajeno", "/comprobantes", "/comprobantes/documentos",
]  # fmt: skip
STATES = ("pendiente", "en confirmación", "pagado", "rechazado", "vencido")


@pytest.fixture
def busy(rosa: Visitor, world: FakeGateway) -> Visitor:
    """Rosa with a draft and an order in each state."""
    rosa.choose_two_dues()
    for number, state in enumerate(STATES, start=1):
        world.add_order(f"o{number}", state)
    return rosa


def check(page: Page) -> None:
    assert page.one("/html").get("lang") == "es-PE"
    assert page.h1
    assert page.title.endswith(" - CMP Digital")
    links = page.all("//body//a")
    assert links[0].get("href") == "#contenido", "the skip link comes first"
    assert page.one("//main").get("id") == "contenido"
    seen = [element.get("id") for element in page.all("//*[@id]")]
    assert len(seen) == len(set(seen)), "ids are unique"
    for reference in page.all("//@aria-describedby | //@aria-labelledby | //@for | //@form | //@aria-controls"):
        assert set(reference.split()) <= set(seen)
    assert not page.all("//*[@required] | //*[@placeholder] | //*[@autofocus] | //*[@tabindex > 0]")
    assert all(
        form.get("novalidate") is not None for form in page.all("//form[.//input[@type='text' or @type='email']]")
    )
    assert "consultas@cmp.org.pe" in page.one("//footer").text_content(), "help stands in the same place"


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_built_right(visitor: Visitor, path: str) -> None:
    check(visitor.get(path))


@pytest.mark.parametrize("path", PRIVATE)
def test_private_pages_are_built_right(busy: Visitor, path: str) -> None:
    check(busy.get(path))


@pytest.mark.parametrize("path", PRIVATE)
def test_every_private_page_lets_one_leave_acc_5(busy: Visitor, path: str) -> None:
    page = busy.get(path)
    assert "Hola, Rosa Elvira" in page.words
    assert len(page.all("//form[@action='/salir']")) == 2


def test_the_menu_has_the_six_entries_of_menu_1(rosa: Visitor) -> None:
    entries = [link.text_content() for link in rosa.get("/menu").all("//main//h2/a")]
    assert sorted(entries) == sorted(
        ["Biblioteca Virtual", "Constancia de habilidad", "Trámite de acceso a SINADEF", "Actualización de datos",
         "Facturación Electrónica", "Pago Online"]
    )  # fmt: skip


def test_every_menu_entry_leads_to_a_page(rosa: Visitor) -> None:
    for link in rosa.get("/menu").all("//main//h2/a | //details//a"):
        assert rosa.get(link.get("href")).status == 200


WRONG = [
    ("/ingresar", {"username": "", "password": ""}, ["username", "password"]),
    ("/pago-online/tipo", {}, ["kind-0"]),
    (
        "/pago-online/comprobante",
        {"voucher_type": "01", "email": "x", "ruc": "1"},
        ["email", "ruc", "legal_name", "address"],
    ),
    ("/pago-online/comprobante", {"email": "a@example.pe"}, ["voucher_type-0"]),
    ("/pago-online/cuotas", {"until": ""}, ["until"]),
    ("/comprobantes/documentos/imprimir", {}, ["seleccion-1"]),
]


@pytest.mark.parametrize(("path", "form", "targets"), WRONG)
def test_the_error_summary_leads_to_the_fields_in_order(
    visitor: Visitor, path: str, form: dict[str, str], targets: list[str]
) -> None:
    if path != "/ingresar":
        visitor.sign_in()
        visitor.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    page = visitor.post(path, form)
    check(page)
    assert page.title.startswith("Error: ")
    summary = page.one("//*[@id='error-summary']")
    assert summary.get("role") == "alert"
    assert summary.get("tabindex") == "-1"
    assert summary.xpath("h2")[0].text == "Hay un problema"
    assert [link.get("href") for link in summary.xpath(".//a")] == [f"#{target}" for target in targets]
    for target, link in zip(targets, summary.xpath(".//a"), strict=True):
        assert_told_beside(page, target, str(link.text))


def assert_told_beside(page: Page, target: str, message: str) -> None:
    """The same text stands beside the field, which says that it is wrong and names hint and error."""
    control = page.one(f"//*[@id='{target}']")
    marked = control if control.get("aria-invalid") else control.xpath("ancestor::fieldset[@aria-invalid]")[0]
    assert marked.get("aria-invalid") == "true"
    told = [page.one(f"//*[@id='{id}']").text_content() for id in marked.get("aria-describedby").split()]
    assert any(message in text for text in told)


def test_hint_and_error_are_both_named_by_the_field(rosa: Visitor) -> None:
    page = rosa.post("/pago-online/comprobante", {"voucher_type": "03", "email": "x"})
    assert page.one("//input[@id='email']").get("aria-describedby") == "email-hint email-error"


def test_a_wrong_date_names_the_group(rosa: Visitor) -> None:
    page = rosa.get("/comprobantes/documentos?fecha_inicio_dia=31&fecha_inicio_mes=feb&fecha_inicio_anio=2020")
    check(page)
    assert page.all("//div[@id='error-summary']//a[@href='#fecha_inicio_dia']")
    assert page.one("//input[@id='fecha_inicio_mes']").value == "feb"


def test_what_was_typed_is_kept_after_an_error(rosa: Visitor) -> None:
    page = rosa.post("/pago-online/comprobante", {"voucher_type": "01", "email": "x", "legal_name": "Clínica «Ñ»"})
    assert page.one("//input[@id='legal_name']").value == "Clínica «Ñ»"
    assert page.one("//input[@id='voucher_type-1']").checked


@pytest.mark.parametrize(("path", "field", "value"), [("/ingresar", "username", "username"),
                                                      ("/ingresar", "password", "current-password")])  # fmt: skip
def test_browsers_may_fill_in_the_login(visitor: Visitor, path: str, field: str, value: str) -> None:
    control = visitor.get(path).one(f"//input[@id='{field}']")
    assert control.get("autocomplete") == value
    assert not control.get("onpaste")


def test_tables_have_captions_and_scopes(busy: Visitor) -> None:
    for path in ("/pago-online/cuotas", "/pago-online/resumen", "/pago-online/pedidos", "/comprobantes/documentos"):
        page = busy.get(path)
        assert page.one("//table/caption").text_content()
        assert all(cell.get("scope") for cell in page.all("//table//th"))
        assert page.one("//*[contains(@class, 'table-region')]").get("tabindex") == "0"


def test_a_long_list_of_dues_is_drawn(rosa: Visitor, world: FakeGateway) -> None:
    world.dues = [due(n, f"{2023 + n // 12}{n % 12 + 1:02d}") for n in range(36)]
    rosa.post("/pago-online/tipo", {"kind": "COLEGIADO"})
    rosa.post("/pago-online/comprobante", {"voucher_type": "03", "email": "a@example.pe"})
    assert len(rosa.get("/pago-online/cuotas").all("//tr[@data-due]")) == 36
