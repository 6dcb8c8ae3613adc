// In which column each cell of a table stands: beside and below those that reach over several. A column in which no
// cell begins is none, however far one says to reach.

/** The server reads a wider table as plain words. */
const MOST_COLUMNS = 60;

/** The cells of each row by their column; null if there are too many columns. */
export function gridOf(table: HTMLTableElement): (HTMLTableCellElement | undefined)[][] | null {
  const rows: Map<number, HTMLTableCellElement>[] = [];
  const begun = new Set<number>();
  let group: Element | null = null;
  let reaching: { from: number; to: number; left: number }[] = []; // into how many rows more
  for (const row of table.rows) {
    if (row.parentElement !== group) reaching = []; // at most to the end of its group, as browsers show it
    group = row.parentElement;
    const said = new Map<number, HTMLTableCellElement>();
    const down: typeof reaching = [];
    let at = 0;
    for (const cell of row.cells) {
      for (let above; (above = reaching.find(({ from, to }) => from <= at && at < to)); ) at = above.to;
      said.set(at, cell);
      if (begun.add(at).size > MOST_COLUMNS) return null;
      down.push({ from: at, to: at + cell.colSpan, left: (cell.rowSpan || Infinity) - 1 });
      at += cell.colSpan;
    }
    reaching = [...reaching.map((one) => ({ ...one, left: one.left - 1 })), ...down].filter(({ left }) => left > 0);
    rows.push(said);
  }
  const columns = [...begun].sort((a, b) => a - b);
  return rows.map((said) => columns.map((at) => said.get(at)));
}
