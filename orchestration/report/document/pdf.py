"""The Word report as a PDF, printed by LibreOffice where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from orchestration.support.files import replaced_file
from orchestration.support.refusal import Refusal, refuse

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 180


def write_pdf(document: Path) -> Path:
    """Print a Word document beside itself. Raises Refusal if there is no LibreOffice, or it gives no PDF."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise Refusal(
            "LibreOffice is not installed, so there is no PDF. Install it, or open the Word report and save it as PDF."
        )
    target = document.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as folder:
        # A profile of its own: a LibreOffice that is open does not take the command over.
        command = [program, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless", "--convert-to"]
        command += ["pdf", "--outdir", folder, str(document)]
        try:
            told = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise refuse(document, f"no PDF after {SECONDS} s", "one by LibreOffice", "Try again.") from None
        made = Path(folder, target.name)
        if not made.is_file():
            words = (told.stderr or told.stdout).strip() or "no message"
            raise refuse(
                document, f"no PDF from LibreOffice ({words})", "one", "Open the file in Word, and save it there."
            )
        with replaced_file(target) as aside:
            shutil.copyfile(made, aside)
    return target
