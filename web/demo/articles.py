"""web/demo/articles.py: what the sample shop tells its customers and its people: the folder `articles` beside it.

The texts are the shop's own words, which does not exist; they are taken in as `careline articles import` takes them.
"""

from pathlib import Path

from desk.kernel.transaction import Tx
from knowledgebase.folders import folder_files
from knowledgebase.folders.folder_files import CATEGORIES, SNIPPETS
from knowledgebase.folders.importing import Usual, take_in
from knowledgebase.folders.order import in_order
from knowledgebase.folders.pieces import add_category, put_snippet

FOLDER = Path(__file__).with_name("articles")
_USUAL = Usual(language="en", audience="public", state="published")


def write_articles(tx: Tx) -> int:
    """Publishes every sample article; returns how many texts."""
    root, files = folder_files.files(FOLDER)
    for filed in folder_files.categories(folder_files.text(root, CATEGORIES)):
        add_category(tx, filed)
    for path in [path for path in files if path.startswith(SNIPPETS)]:
        put_snippet(tx, *folder_files.named_snippet(path), folder_files.text(root, path))
    sheets = [path for path in files if not path.startswith(SNIPPETS) and path != CATEGORIES]
    for sheet in in_order(folder_files.sheet(root, path) for path in sheets):
        take_in(tx, sheet, _USUAL)
    return len(sheets)
