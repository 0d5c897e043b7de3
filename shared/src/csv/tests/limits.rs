//! Files that aren't CSV, are broken, or were constructed to do harm.

use super::*;

const ADA: &str = "ada@example.com,Ada\n";

#[test]
fn other_kinds_of_files_are_recognized() {
    for (bytes, what) in [
        (&b"\x89PNG\r\n\x1a\n...."[..], "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
        (b"GIF89a\x01\0", "a GIF picture"),
        (b"%PDF-1.7\n%", "a PDF"),
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "an Excel workbook"),
        (b"PK\x03\x04\x14\0[Content_Types].xml..word/document.xml", "a Word document"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet"),
        (b"PK\x03\x04\x14\0partners.csv", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"{\\rtf1\\ansi", "a text document (RTF)"),
        (b"  \r\n<!DOCTYPE html><html>", "a web page (HTML)"),
        (b"<HTML>email,name", "a web page (HTML)"),
        (b"\xef\xbb\xbf<?xml version=\"1.0\"?>", "XML"),
        (b"\n{\"email\": 1}", "JSON"),
        (b"[\"email\"]", "JSON"),
        (b"email,name\na\0b,c\n", "not text"),
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0", "not text"),
        (b"\xff\xfe\0\0e\0\0\0m\0\0\0", "not text"),
    ] {
        assert_eq!(read(bytes), Err(CsvError::Other { what }), "{}", bytes.escape_ascii());
    }
    for encoding in [Encoding::Utf16Le, Encoding::Utf16BeUnmarked] {
        let json = read(&encoded(" {\"email\": 1}", encoding));
        assert_eq!(json, Err(CsvError::Other { what: "JSON" }), "{encoding:?}");
    }
    assert_eq!(read(b"PK,email\n1,x").unwrap().rows.len(), 1);
}

#[test]
fn nothing_is_refused_as_nothing() {
    for text in ["", "\n", " \r\n\t \r\n", ";;;\n,,\n\"\"\n", "sep=;\n", "sep=;", "\u{a0}"] {
        assert_eq!(read(text.as_bytes()), Err(CsvError::Empty), "{text:?}");
        assert_eq!(read(&encoded(text, Encoding::Utf16Le)), Err(CsvError::Empty), "{text:?}");
    }
}

#[test]
fn what_was_refused_stays_refused() {
    let mut reader = Reader::new();
    reader.push(b"a,b\n").unwrap();
    reader.end().unwrap();
    let refused = reader.next().unwrap_err();
    assert_eq!(reader.next().unwrap_err(), refused);
    assert_eq!(reader.push(b"email\n"), Err(refused));
}

#[test]
fn zeros_far_from_the_head_are_the_callers_business() {
    let sheet = read(format!("email,name\n{}x\0@x.org,X\n{ADA}", ADA.repeat(100)).as_bytes()).unwrap();
    assert_eq!((sheet.rows.len(), sheet.rows[100].email.as_str()), (102, "x\0@x.org"));
}

#[test]
fn a_quote_that_nobody_closes_costs_one_row() {
    // An open quote at the end of the file.
    let sheet = read(format!("email,name\n{ADA}\"open,x\r\n{ADA}\n{ADA}").as_bytes()).unwrap();
    assert_eq!(sheet.numbers(), [2, 3, 4, 6]);
    assert_eq!(sheet.cells()[1], ["\"open", "x"]);
    let sheet = read(b"email,name\n\"open,x").unwrap();
    assert_eq!(sheet.cells(), [["\"open", "x"]]);
    // An open quote in a long file.
    for line_end in ["\n", "\r\n", "\r"] {
        let rows = ADA.repeat(10_000);
        let text = format!("email,name\n{ADA}\"open\"\",\"\"x\n{rows}\"again\n{rows}").replace('\n', line_end);
        let sheet = read_chunks(text.as_bytes().chunks(1000)).unwrap();
        assert_eq!(sheet.rows.len(), 20_003);
        assert_eq!(sheet.cells()[1], ["\"open\"\"", "\"\"x"]);
        assert_eq!(sheet.rows[20_002].number, 20_004);
    }
    // An open quote in the header.
    let sheet = read(format!("email,\"name\n{ADA}{ADA}").as_bytes()).unwrap();
    assert_eq!(sheet.columns.as_ref().unwrap().original(), ["email", "\"name"]);
    assert_eq!(sheet.people(), [(2, "ada@example.com", "Ada", ""), (3, "ada@example.com", "Ada", "")]);
}

#[test]
fn a_row_may_have_so_many_bytes_and_no_more() {
    let row = |bytes: usize| format!("x@x.org,\"{}\"", "n".repeat(bytes - 10));
    for line_end in ["\n", "\r\n", "\r", ""] {
        let text = |bytes: usize| format!("email,name\n{ADA}{}{line_end}", row(bytes));
        for size in [1 << 20, 4096, 65_536] {
            let read = |text: String| read_chunks(text.as_bytes().chunks(size));
            assert_eq!(read(text(ROW_BYTES_MAX)).unwrap().rows[1].name.len(), ROW_BYTES_MAX - 10);
            assert_eq!(read(text(ROW_BYTES_MAX + 1)), Err(CsvError::RowTooLong { row: 3 }), "{line_end:?}");
        }
    }
    assert_eq!(read("x".repeat(ROW_BYTES_MAX + 1).as_bytes()), Err(CsvError::RowTooLong { row: 1 }));
    assert_eq!(read(" ".repeat(ROW_BYTES_MAX + 1).as_bytes()), Err(CsvError::RowTooLong { row: 1 }));
}

#[test]
fn a_long_quoted_cell_with_line_breaks_is_lines() {
    let text = format!("email,name\nx@x.org,\"a\n{}\"\n{ADA}", "b\n".repeat(ROW_BYTES_MAX / 2));
    let sheet = read(text.as_bytes()).unwrap();
    assert_eq!(sheet.cells()[0], ["x@x.org", "\"a"]);
    assert_eq!(sheet.rows.len(), 1 + ROW_BYTES_MAX / 2 + 2);
    assert_eq!(sheet.rows.last().unwrap().email, "ada@example.com");
}

/// Pushes the same piece repeatedly, and returns the number of rows and the most memory that was used.
fn pushed(first: &[u8], piece: &[u8], times: usize) -> (Result<usize, CsvError>, usize) {
    let mut reader = Reader::new();
    let (mut rows, mut held) = (0, 0);
    let mut push = |bytes: &[u8]| {
        reader.push(bytes)?;
        while reader.next()?.is_some() {
            rows += 1;
        }
        held = held.max(reader.intake.capacity());
        Ok(())
    };
    let result = push(first).and_then(|()| (0..times).try_for_each(|_| push(piece)));
    (result.map(|()| rows), held)
}

#[test]
fn memory_does_not_grow_with_the_file() {
    let piece = |text: &str| text.repeat((1 << 18) / text.len());
    let too_long = |row: u64| Err(CsvError::RowTooLong { row });
    for (first, text, times, result) in [
        ("", "x", 8192, too_long(1)),
        ("email\n", "x", 8192, too_long(2)),
        ("email\n\"", ",", 8192, too_long(2)),
        ("", "\n", 4, Ok(0)),
        ("email\n", "\r\n", 8, Ok(0)),
        ("email\n", " \n", 8, Ok(0)),
        ("e\0m\0a\0i\0l\0\n\0", "x\0", 8192, too_long(2)),
        ("e\0m\0a\0i\0l\0\n\0", "\n\0", 4, Ok(0)),
    ] {
        let (found, held) = pushed(first.as_bytes(), piece(text).as_bytes(), times);
        assert_eq!(found, result, "{first:?} {text:?}");
        assert!(held < 1 << 20, "{first:?} {text:?} held {held}");
    }
}

#[test]
fn quotes_made_to_be_slow_are_read_in_time() {
    // Each line alone leaves a quote open; following each one separately would read 64 KiB for every six bytes.
    let piece = "a\",\"b\n".repeat(50_000);
    let (rows, held) = pushed(b"email,name\n", piece.as_bytes(), 5);
    assert!(rows.is_ok_and(|rows| rows > 230_000));
    assert!(held < 1 << 20);
}
