//! The sample files, each as a program really wrote it.

use super::*;

#[test]
fn a_plain_file_is_read() {
    let sheet = read(include_bytes!("../../../../tests/csv/plain.csv")).unwrap();
    let people = [(2, "ada@example.com", "Ada Lovelace", ""), (3, "grace@example.com", "Grace Hopper", "")];
    assert_eq!(sheet.people(), people);
    assert_eq!(sheet.columns.unwrap().original(), ["name", "email"]);
}

#[test]
fn excel_in_german_parts_by_semicolons_and_writes_windows_1252() {
    let people = [
        (2, "juergen.mueller@example.de", "Jürgen Müller", "Pro plan|Starter"),
        (3, "SOREN@example.dk", "Søren Ångström", ""),
        (4, "info@münchen.example", "Büro München", ""),
        (5, "jürgen@example.de", "Jürgen Umlaut", ""),
        (6, "", "Leer Zeile", ""),
        (7, "kein-at-zeichen", "Bad Address", "Pro plan"),
    ];
    assert_eq!(read(include_bytes!("../../../../tests/csv/excel-german.csv")).unwrap().people(), people);
}

#[test]
fn excels_unicode_text_is_tabs_in_utf_16() {
    let people = [(2, "mai@example.jp", "麻衣", ""), (3, "noor@example.com", "نور", "")];
    assert_eq!(read(include_bytes!("../../../../tests/csv/excel-unicode-text.txt")).unwrap().people(), people);
}

#[test]
fn a_mark_in_front_is_no_part_of_the_first_name() {
    let sheet = read(include_bytes!("../../../../tests/csv/utf8-bom.csv")).unwrap();
    assert_eq!(sheet.people(), [(2, "zoe@example.com", "Zoë", "")]);
    assert_eq!(sheet.columns.unwrap().original(), ["Email", "Name"]);
}

#[test]
fn a_column_of_addresses_needs_no_header() {
    let sheet = read(include_bytes!("../../../../tests/csv/one-column.txt")).unwrap();
    let people = [
        (1, "ada@example.com", "", ""),
        (2, "GRACE@EXAMPLE.COM", "", ""),
        (4, "ada@example.com", "", ""),
        (5, "not an address", "", ""),
    ];
    assert_eq!(sheet.people(), people);
    let columns = sheet.columns.unwrap();
    assert_eq!((columns.original(), columns.has_header()), (&["email".to_owned()][..], false));
}

#[test]
fn a_cell_may_hold_line_breaks_and_quotes() {
    let sheet = read(include_bytes!("../../../../tests/csv/quoted-newlines.csv")).unwrap();
    let people = [(2, "grace@example.com", "Hopper, Grace", ""), (3, "break@example.com", "Line\nBreak", "")];
    assert_eq!(sheet.people(), people);
    assert_eq!(sheet.cells()[0][1], "likes\nships, and \"nanoseconds\"");
}

#[test]
fn google_contacts_has_names_in_three_columns() {
    let people = [(2, "ada@example.com", "Ada Lovelace", ""), (3, "alan@example.org", "Alan Mathison Turing", "")];
    assert_eq!(read(include_bytes!("../../../../tests/csv/google-contacts.csv")).unwrap().people(), people);
}

#[test]
fn mailchimp_quotes_some() {
    let sheet = read(include_bytes!("../../../../tests/csv/mailchimp.csv")).unwrap();
    assert_eq!(sheet.people(), [(2, "kate@example.com", "Katherine Johnson", "")]);
    assert_eq!(sheet.cells()[0][6], "\"creators\",\"vip\"");
}

#[test]
fn formulas_are_text() {
    // The first formula isn't quoted in the file: its comma separates cells, and the email address is surplus.
    let people = [
        (2, "x)", "=HYPERLINK(\"http://evil.example\"", ""),
        (3, "f2@example.com", "+1-800", ""),
        (4, "f3@example.com", "@SUM(A1)", ""),
        (5, "f4@example.com", "-2+3", ""),
    ];
    let sheet = read(include_bytes!("../../../../tests/csv/formulas.csv")).unwrap();
    assert_eq!(sheet.people(), people);
    assert_eq!(sheet.cells()[0][2], "f1@example.com");
}

#[test]
fn ragged_rows_keep_their_cells_and_numbers() {
    let sheet = read(include_bytes!("../../../../tests/csv/ragged.csv")).unwrap();
    assert_eq!(sheet.numbers(), [2, 3, 4, 7]);
    let cells = [
        vec!["a1@example.com", "A One", "Starter"],
        vec!["a2@example.com"],
        vec!["a3@example.com", "A Three", "Starter", "surplus", "cells"],
        vec!["a4@example.com", "A \"Four\"", ""],
    ];
    assert_eq!(sheet.cells(), cells);
}

#[test]
fn a_picture_is_refused() {
    let refused = read(include_bytes!("../../../../tests/csv/not-a-csv.png"));
    assert_eq!(refused, Err(CsvError::Other { what: "a PNG picture" }));
}
