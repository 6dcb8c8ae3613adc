"""web/reports/pdf.py: a process of its own that puts a document on paper.

`python -m web.reports.pdf` reads a document, complete with its style sheet, from standard input
and writes the PDF to standard output. Nothing is fetched but `data:` addresses: a report names
no files and no hosts. The server never imports this module (`web/reports/printing.py` runs it).
"""

import sys
from typing import Any

import weasyprint


def fetch(url: str, *args: Any, **kwargs: Any) -> Any:
    """What a `data:` address holds.

    Raises:
        ValueError: any other address.
    """
    if url.startswith("data:"):
        return weasyprint.default_url_fetcher(url, *args, **kwargs)
    raise ValueError("a report fetches nothing")


def main() -> None:
    """Prints standard input to standard output."""
    document = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(weasyprint.HTML(string=document, url_fetcher=fetch).write_pdf())


if __name__ == "__main__":
    main()
