//! The kinds of files that people mistake for CSV files, recognized by their first bytes.

/// A workbook, new or old, or anything else that Excel itself can convert to CSV.
pub(super) const EXCEL: &str = "an Excel workbook";
/// Bytes that don't occur in text.
pub(super) const NOT_TEXT: &str = "not text";
const HTML: &str = "a web page (HTML)";

const BINARIES: [(&[u8], &str); 9] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", EXCEL),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"{\\rtf", "a text document (RTF)"),
];

/// The three possible beginnings of a ZIP file. `PK` alone may be a column name.
const ZIPS: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];

/// File names inside a ZIP that reveal its kind; the first match counts.
const ZIPPED: [(&[u8], &str); 6] = [
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet"),
    (b"opendocument", "an OpenDocument file"),
    (b"word/", "a Word document"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"xl/", EXCEL),
    // It comes first in every Office file; the ones that people import are workbooks.
    (b"[Content_Types].xml", EXCEL),
];

/// The possible beginnings of markup, in any case.
const MARKUPS: [(&[u8], &str); 5] =
    [(b"<!doctype", HTML), (b"<html", HTML), (b"<head", HTML), (b"<table", HTML), (b"<?xml", "XML")];

/// Recognizes binary files by their first bytes, whatever their encoding.
pub(super) fn binary(head: &[u8]) -> Option<&'static str> {
    if ZIPS.iter().any(|zip| head.starts_with(zip)) {
        let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
        return Some(ZIPPED.iter().find(|(name, _)| holds(name)).map_or("a ZIP archive", |(_, what)| what));
    }
    BINARIES.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what)
}

/// Recognizes text that can't be a CSV file by its beginning.
pub(super) fn text(head: &[u8]) -> Option<&'static str> {
    if head.contains(&0) {
        return Some(NOT_TEXT);
    }
    let head = head.trim_ascii_start();
    let begins =
        |markup: &[u8]| head.get(..markup.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(markup));
    match head.first() {
        Some(b'{' | b'[') => Some("JSON"),
        _ => MARKUPS.iter().find(|(markup, _)| begins(markup)).map(|(_, what)| *what),
    }
}
