"""A folder of old papers, and the import of it as an operator runs it."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sqlalchemy import select

from chassis.testing import ServiceUnderTest
from services.einvoice import cli
from services.einvoice.models import Voucher
from simulators.tax_authority.cdr import Seal
from tests.einvoice import old_papers as papers

BOLETA = "B001-00000007"


@dataclass
class Papers:
    """What lies in the folder, and the service it is imported into."""

    service: ServiceUnderTest
    folder: Path
    report: Path = field(init=False)

    def __post_init__(self) -> None:
        """The report lies beside the folder."""
        self.folder.mkdir(exist_ok=True)
        self.report = self.folder.parent / "informe.csv"

    def put(self, name: str, content: bytes) -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def put_voucher(
        self,
        kind: str = "03",
        number: str = BOLETA,
        *,
        seal: Seal | None = None,
        receipt: dict[str, Any] | None = None,
        **facts: Any,
    ) -> str:
        """A signed XML with SUNAT's receipt, both under their SUNAT names; returns the name."""
        name = papers.file_name(kind, number)
        self.put(f"{name}.xml", papers.sign(papers.voucher(kind, number, **facts), seal or papers.issuer()))
        words = {"01": "Factura", "03": "Boleta", "07": "Nota de Credito", "08": "Nota de Debito"}[kind]
        told = {"text": f"La {words} numero {number}, ha sido aceptada"} | (receipt or {})
        self.put(f"R-{name}.zip", papers.zipped({f"R-{name}.xml": papers.receipt(number, **told)}))
        return name

    def bring_in(self, *sources: Path, options: tuple[str, ...] = ()) -> Result:
        """Run the import, of the folder unless told otherwise."""
        words = ["import", *map(str, sources or (self.folder,)), "--report", str(self.report), *options]
        with self.service.context():
            return CliRunner().invoke(cli.commands, words, catch_exceptions=False)

    def reasons(self) -> dict[str, str]:
        """File name -> code, of the report."""
        with self.report.open(encoding="utf-8-sig") as lines:
            return {Path(row["archivo"].split("!")[-1]).name: row["codigo"] for row in csv.DictReader(lines)}

    def vouchers(self) -> dict[str, Voucher]:
        """What is there, by printed number."""
        with self.service.transaction() as session:
            found = session.scalars(select(Voucher).where(Voucher.imported_at.is_not(None))).all()
            for voucher in found:
                _ = voucher.lines, voucher.files, voucher.transitions
            return {voucher.printed_number: voucher for voucher in found}

    def voucher(self) -> Voucher:
        """The only one."""
        (voucher,) = self.vouchers().values()
        return voucher
