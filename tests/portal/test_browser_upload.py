"""The script that uploads a dossier: pieces, a line that drops, going on where it stopped, the page it ends on."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from tests.portal.browser import surfing
from tests.portal.fake_gateway import FakeGateway
from tests.portal.scenes_recertification import PLACE

pytestmark = pytest.mark.e2e


def test_rec_11_an_upload_goes_on_by_itself_when_the_line_drops(
    browser: Browser, address: str, world: FakeGateway, tmp_path: Path
) -> None:
    file = tmp_path / "012345-2026.pdf"
    file.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 5000)
    world.recert.begin()
    world.recert.drops = 1
    cuts = [True]

    def cut_once(route: Route) -> None:
        if cuts:
            cuts.pop()
            route.abort("connectionreset")
        else:
            route.continue_()

    with surfing(browser, address, world) as surfer:
        surfer.page.add_init_script("window.setTimeout = ((later) => (act) => later(act, 0))(window.setTimeout)")
        surfer.page.route("**/recertificacion/subidas/*", cut_once)
        surfer.sign_in().open(f"{PLACE}/expediente")
        surfer.page.get_by_label("Expediente", exact=True).set_input_files(file)
        surfer.press("Subir expediente")
        surfer.page.get_by_text("Revisamos y guardamos su expediente").wait_for()
        assert (
            surfer.page.get_by_text("012345-2026.pdf (")
            .or_(surfer.page.get_by_role("link", name="012345-2026.pdf"))
            .count()
        )
        assert surfer.complaints == []
    assert not cuts and world.recert.drops == 0
    assert world.recert.received == file.read_bytes()
