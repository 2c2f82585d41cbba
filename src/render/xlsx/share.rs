//! How many rows each long table may take, so that the book still opens.

/// The rows that one sheet takes at most. More make a file that opens slowly and that nobody reads to its end; all
/// rows are in the CSV or Parquet file beside it.
pub const SHEET_ROWS: u64 = 100_000;
/// The rows that all long tables of a book take together at most.
pub const BOOK_ROWS: u64 = 250_000;

/// The limit for each table: no table gets more than `sheet`, all together not more than `book`, and what short
/// tables leave goes to the long ones in equal parts.
pub(super) fn limit(lengths: &[u64], sheet: u64, book: u64) -> u64 {
    let taken = |limit: u64| lengths.iter().fold(0_u64, |sum, length| sum.saturating_add(*length.min(&limit)));
    if taken(sheet) <= book {
        return sheet;
    }
    // The greatest limit that fits; the sum grows with it.
    let (mut fits, mut too_much) = (0, sheet);
    while too_much - fits > 1 {
        let middle = fits + (too_much - fits) / 2;
        if taken(middle) <= book {
            fits = middle;
        } else {
            too_much = middle;
        }
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tables_are_whole_and_long_ones_share_the_rest() {
        assert_eq!(limit(&[], 100, 250), 100);
        assert_eq!(limit(&[90, 100, 60], 100, 250), 100);
        assert_eq!(limit(&[1_000, 10], 100, 250), 100);
        // 10 and 20 are whole; 220 rows are left for three tables: 73 each.
        assert_eq!(limit(&[1_000, 10, 900, 20, 800], 100, 250), 73);
        assert_eq!(limit(&[u64::MAX, u64::MAX, u64::MAX], 100, 250), 83);
        assert_eq!(limit(&[5, 5, 5], 100, 2), 0);
    }
}
