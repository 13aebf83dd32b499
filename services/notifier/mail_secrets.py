"""Links and codes come by claim check: identity makes one when a mail is about to leave, and it stays nowhere here."""

import html
from dataclasses import dataclass
from typing import Any

import requests

from chassis.http import service_client
from chassis.settings import SettingsError
from services.notifier.letters import Rendered

LINK_PLACE = "[enlace de un solo uso]"
CODE_PLACE = "[código de un solo uso]"
"""What stands in the kept mail where the sent one had the secret."""


class SecretMissing(Exception):
    """Identity cannot be asked now; trying later may help."""


class SecretGone(Exception):
    """The mail is no longer wanted: a newer one replaced it, its link was used, or it is too old."""


class SecretRefused(Exception):
    """Identity knows no such mail; trying later will not help."""


@dataclass(frozen=True)
class Secret:
    """A link or a code, for one try. `times` is the how-manieth made for this mail."""

    link: str | None
    code: str | None
    minutes: int
    times: int
    facts: dict[str, Any]

    def known(self) -> dict[str, Any]:
        """What a template may say: everything but the secret, in whose place its placeholder stands."""
        return {**self.facts, "link": LINK_PLACE, "code": CODE_PLACE, "minutes": self.minutes}

    def put_into(self, kept: Rendered) -> Rendered:
        """The letter as it leaves."""
        return Rendered(kept.subject, self._filled(kept.text), self._filled(kept.html, escape=True))

    def _filled(self, text: str, *, escape: bool = False) -> str:
        for place, secret in ((LINK_PLACE, self.link), (CODE_PLACE, self.code)):
            text = text.replace(place, html.escape(secret or "") if escape else secret or "")
        return text


def fetch_secret(request_id: str) -> Secret:
    """Have identity make the secret of a mail; an earlier one stops working by it.

    Raises SecretGone on 410, SecretRefused on other 4xx, SecretMissing when identity cannot be asked.
    """
    try:
        response = service_client("identity").post(f"/v1/mail-requests/{request_id}/secret")
    except (requests.RequestException, SettingsError) as error:
        raise SecretMissing(f"identity does not answer: {type(error).__name__}") from error
    if response.status_code == requests.codes.gone:
        raise SecretGone("the mail was replaced, used or is too old")
    if response.status_code in (401, 403) or response.status_code >= 500:
        raise SecretMissing(f"identity answered {response.status_code}")
    if response.status_code != requests.codes.created:
        raise SecretRefused(f"identity answered {response.status_code}")
    body = response.json()
    return Secret(body["url"], body["code"], body["minutes"], body["times"], body["facts"])
