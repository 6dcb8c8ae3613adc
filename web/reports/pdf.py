"""web/reports/pdf.py: a process of its own that puts a document on paper.

`python -m web.reports.pdf` reads a document, complete with its style sheet, from standard input
and writes the PDF to standard output. Nothing is fetched but `data:` addresses: a report names
no files and no hosts. The server never imports this module (`web/reports/printing.py` runs it).
"""

import gc
import sys

import weasyprint
from weasyprint.urls import URLFetcher


def main() -> None:
    """Prints standard input to standard output; what asks for another address is left out."""
    gc.disable()  # one document, and the process ends: collecting would only look again and again at its boxes
    document = sys.stdin.buffer.read().decode()
    nothing_else = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
    sys.stdout.buffer.write(weasyprint.HTML(string=document, url_fetcher=nothing_else).write_pdf())


if __name__ == "__main__":
    main()
