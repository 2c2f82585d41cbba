//! Spreadsheets: the first sheet that holds something, as delimited text. Dates are dates here, not numbers of days.

use std::io::{self, Cursor};

use calamine::{Data, Range, Reader as _, open_workbook_auto_from_rs};

use super::invalid;

/// The text of the sheet, and which one that is.
pub(super) fn text(bytes: Vec<u8>) -> io::Result<(Vec<u8>, String)> {
    let broken = |_| invalid("it is a spreadsheet that cannot be opened: it is damaged, or protected by a password");
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    for (place, name) in names.iter().enumerate() {
        let range = book.worksheet_range(name).map_err(broken)?;
        if range.is_empty() {
            continue;
        }
        let which = format!("the sheet number {} of a spreadsheet was read", place + 1);
        let read = match names.len() - 1 {
            0 => "a spreadsheet was read".to_owned(),
            1 => format!("{which}, the other one was not"),
            others => format!("{which}, the {others} others were not"),
        };
        return Ok((delimited(&range)?, read));
    }
    Ok((Vec::new(), "a spreadsheet was read".to_owned()))
}

fn delimited(range: &Range<Data>) -> io::Result<Vec<u8>> {
    let above = range.start().map_or(0, |(row, _)| row);
    // Rows above the first one that holds something count as lines.
    let mut out = vec![b'\n'; above as usize];
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut out);
    for row in range.rows() {
        writer.write_record(row.iter().map(cell))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(out)
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.replace(['\r', '\n'], " "),
        Data::Bool(flag) => flag.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
        }
        Data::DateTime(length) => length.as_f64().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::*;

    #[test]
    fn dates_are_dates_and_ids_keep_their_form() {
        let mut book = Workbook::new();
        book.add_worksheet();
        let sheet = book.add_worksheet();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let date = ExcelDateTime::from_ymd(2026, 9, 30).expect("a date");
        sheet.write(1, 0, "Worker ID").expect("room");
        sheet.write(1, 1, "Last, day").expect("room");
        sheet.write(2, 0, "00100").expect("room");
        sheet.write_with_format(2, 1, date, &day).expect("room");
        sheet.write(3, 0, 101).expect("room");
        let (text, read) = text(book.save_to_buffer().expect("a book")).expect("readable");
        assert_eq!(String::from_utf8_lossy(&text), "\nWorker ID,\"Last, day\"\n00100,2026-09-30\n101,\n");
        assert_eq!(read, "the sheet number 2 of a spreadsheet was read, the other one was not");
        assert!(super::text(b"PK\x03\x04xl/".to_vec()).is_err());
    }
}
