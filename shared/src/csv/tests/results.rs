//! Reports that are imported again.

use super::*;

fn text(bytes: &[u8], outcome: &str) -> String {
    String::from_utf8(given_back(bytes, outcome)).unwrap()
}

#[test]
fn our_columns_stand_at_one_place_and_nothing_is_lost() {
    let given = text(include_bytes!("../../../../tests/csv/ragged.csv"), "created");
    let lines = [
        "email,name,programs,import_row,import_outcome,import_message",
        "a1@example.com,A One,Starter,2,created,'=because",
        "a2@example.com,,,3,created,'=because",
        "a3@example.com,A Three,Starter,4,created,'=because,surplus,cells",
        "a4@example.com,\"A \"\"Four\"\"\",,7,created,'=because",
        "",
    ];
    assert_eq!(given, lines.join("\r\n"));
    let sheet = read(given.as_bytes()).unwrap();
    assert_eq!(sheet.columns.as_ref().unwrap().original(), ["email", "name", "programs"]);
    assert_eq!(sheet.cells()[1], ["a2@example.com", "", ""]);
    assert_eq!(sheet.cells()[2], ["a3@example.com", "A Three", "Starter", "surplus", "cells"]);
    assert!(sheet.rows.iter().all(|row| row.earlier.as_deref() == Some("created")));
}

#[test]
fn a_column_of_addresses_gets_a_header() {
    let given = text(b"ada@example.com\n=1@example.com\nx@example.com,X\n", "");
    let lines = [
        "email,import_row,import_outcome,import_message",
        "ada@example.com,1,,'=because",
        "'=1@example.com,2,,'=because",
        "x@example.com,3,,'=because,X",
        "",
    ];
    assert_eq!(given, lines.join("\r\n"));
    let sheet = read(given.as_bytes()).unwrap();
    assert_eq!(sheet.cells(), [vec!["ada@example.com"], vec!["=1@example.com"], vec!["x@example.com", "X"]]);
    assert!(sheet.rows.iter().all(|row| row.earlier.is_none()));
}

#[test]
fn formulas_are_harmless_on_the_way_and_come_back_as_they_were() {
    let source = "email,=name,n;-o\na@x.org,=1+1,'=x\nb@x.org,'t Hooft,\"a;+1;'-2\"\nc@x.org,\"\n=1\",''=,@surplus\n";
    let sheet = read(source.as_bytes()).unwrap();
    let given = given_back(source.as_bytes(), "=outcome");
    let again = read(&given).unwrap();
    assert_eq!(again.cells(), sheet.cells());
    assert_eq!(again.columns.as_ref().unwrap().original(), sheet.columns.unwrap().original());
    assert_eq!(again.rows[0].earlier.as_deref(), Some("=outcome"));
    // Half of the world's spreadsheets separate cells at semicolons, whatever the file does.
    for cell in str::from_utf8(&given).unwrap().split([',', ';', '\n']).map(|cell| cell.trim_start_matches('"')) {
        assert!(!cell.starts_with(['+', '-', '@']), "{cell}");
    }
    // A report of a report isn't escaped twice, and has our columns only once.
    let twice = given_back(&given, "=outcome");
    assert_eq!(twice, given);
}

#[test]
fn a_file_given_back_may_pass_through_a_spreadsheet() {
    // Semicolons, and blank names above the surplus cells.
    let text = "E-Mail;Name;import_row;import_outcome;import_message;;\r\na@x.org;'=A;2;failed;why;one;two\r\nb@x.org;;3;;;;\r\nc@x.org\r\n";
    let sheet = read(text.as_bytes()).unwrap();
    assert_eq!(sheet.columns.as_ref().unwrap().original(), ["E-Mail", "Name"]);
    assert!(sheet.columns.as_ref().unwrap().has_outcomes());
    assert_eq!(sheet.cells(), [vec!["a@x.org", "=A", "one", "two"], vec!["b@x.org", "", "", ""], vec!["c@x.org"]]);
    let earlier: Vec<Option<&str>> = sheet.rows.iter().map(|row| row.earlier.as_deref()).collect();
    assert_eq!(earlier, [Some("failed"), None, None]);
}

#[test]
fn only_a_header_that_ends_with_our_names_is_ours() {
    for header in [
        "email,import_row,import_outcome",
        "email,import_row,import_message,import_outcome",
        "import_row,import_outcome,import_message,email",
        "email,Import_Row,import_outcome,import_message",
    ] {
        let sheet = read(format!("{header}\n'=a,b,c,d\n").as_bytes()).unwrap();
        assert!(!sheet.columns.unwrap().has_outcomes(), "{header}");
        assert_eq!((sheet.rows[0].cells[0].as_str(), sheet.rows[0].earlier.as_ref()), ("'=a", None), "{header}");
    }
    // Our columns alone contain no email addresses.
    assert!(read(b"import_row,import_outcome,import_message\n").is_err());
}

#[test]
fn our_columns_decide_the_delimiter_too() {
    let header = "a;email;b;c;d;e;f,email,import_row,import_outcome,import_message\n1,x@x.org,2,done,\n";
    let sheet = read(header.as_bytes()).unwrap();
    assert_eq!(sheet.people(), [(2, "x@x.org", "", "")]);
}
