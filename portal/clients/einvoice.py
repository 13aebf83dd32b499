"""E-invoice: the person's electronic vouchers, their files, and sending them by mail."""

from typing import Any
from urllib.parse import quote

import requests

from portal.session import as_person


def search(filters: dict[str, str], limit: int, after: str | None = None) -> dict[str, Any]:
    """A page of the person's vouchers, newest first (VOU-5): `items` and `next`."""
    answer: dict[str, Any] = as_person(
        "GET", "einvoice/v1/vouchers", params=filters | {"limit": limit, "after": after}
    ).json()
    return answer


def of_order(order_id: str) -> dict[str, Any]:
    """The voucher of a paid order; `visible` says whether option 1 shows it. Raises ApiProblem 404 while it is made."""
    answer: dict[str, Any] = as_person("GET", f"einvoice/v1/orders/{quote(order_id, safe='')}/voucher").json()
    return answer


def pdf(voucher_id: str) -> requests.Response:
    """The voucher's PDF as a stream. Raises ApiProblem 404 for anybody else's."""
    headers = {"Accept": "application/pdf"}
    return as_person("GET", f"einvoice/v1/vouchers/{quote(voucher_id, safe='')}/pdf", stream=True, headers=headers)


def printed(voucher_ids: list[str]) -> requests.Response:
    """The PDFs of several vouchers as one, as a stream (VOU-9)."""
    headers = {"Accept": "application/pdf"}
    body = {"ids": voucher_ids}
    return as_person("POST", "einvoice/v1/vouchers/print", json=body, stream=True, headers=headers)


def mail(voucher_ids: list[str]) -> int:
    """Ask for the vouchers to be sent to the registered e-mail (VOU-10); how many will be sent."""
    answer = as_person("POST", "einvoice/v1/vouchers/mail", json={"ids": voucher_ids}).json()
    return int(answer.get("requested", len(voucher_ids)))


def bundled(voucher_ids: list[str]) -> requests.Response:
    """PDF, XML and CDR of several vouchers as one ZIP, as a stream."""
    headers = {"Accept": "application/zip"}
    return as_person("POST", "einvoice/v1/vouchers/zip", json={"ids": voucher_ids}, stream=True, headers=headers)


def exported(filters: dict[str, str], format: str) -> requests.Response:
    """The filtered list as a file (VOU-13). Raises ApiProblem `einvoice/too-many-to-export` for a long one."""
    return as_person("GET", "einvoice/v1/vouchers/export", params=filters | {"format": format})


def ask_for_export(filters: dict[str, str], format: str) -> dict[str, Any]:
    """Have a long list prepared: the export, with its `id`. Raises ApiProblem 409 when others are under way."""
    wanted: dict[str, Any] = as_person("POST", "einvoice/v1/vouchers/exports", json=filters | {"format": format}).json()
    return wanted


def exports() -> list[dict[str, Any]]:
    """The exports that the person asked for lately, newest first."""
    return list(as_person("GET", "einvoice/v1/vouchers/exports").json()["items"])


def one_export(export_id: str) -> dict[str, Any]:
    """An export: `state`, `rows_written` of `rows_total`, `expires_at`. Raises ApiProblem 404 for anybody else's."""
    found: dict[str, Any] = as_person("GET", f"einvoice/v1/vouchers/exports/{quote(export_id, safe='')}").json()
    return found


def export_file(export_id: str) -> requests.Response:
    """The finished file as a stream. Raises ApiProblem 409 while there is none."""
    path = f"einvoice/v1/vouchers/exports/{quote(export_id, safe='')}/file"
    return as_person("GET", path, stream=True, headers={"Accept": "*/*"})
