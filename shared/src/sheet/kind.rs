//! Kinds of files that people take for a CSV, told by how they begin.

/// A workbook, new or old; also what Excel itself can turn into a CSV.
pub(super) const EXCEL: &str = "an Excel workbook";
/// Bytes that no text has.
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

/// The three ways in which a ZIP begins. `PK` alone may be the name of a column.
const ZIPS: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];

/// What the names in a ZIP tell about it; the first that is found counts.
const ZIPPED: [(&[u8], &str); 6] = [
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet"),
    (b"opendocument", "an OpenDocument file"),
    (b"word/", "a Word document"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"xl/", EXCEL),
    // First in every Office file; what people import is a workbook.
    (b"[Content_Types].xml", EXCEL),
];

/// Markup begins so, in any case.
const MARKUPS: [(&[u8], &str); 5] =
    [(b"<!doctype", HTML), (b"<html", HTML), (b"<head", HTML), (b"<table", HTML), (b"<?xml", "XML")];

/// The kind of file that begins with these bytes, whatever their encoding.
pub(super) fn binary(head: &[u8]) -> Option<&'static str> {
    if ZIPS.iter().any(|zip| head.starts_with(zip)) {
        let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
        return Some(ZIPPED.iter().find(|(name, _)| holds(name)).map_or("a ZIP archive", |(_, what)| what));
    }
    BINARIES.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what)
}

/// The kind of text that begins so, unless it may be a CSV.
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
