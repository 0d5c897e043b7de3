//! Properties that hold for any file.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// A table with a header: its first column contains the email addresses, and no row is blank.
#[derive(Clone, Debug)]
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The number and kind of blank records before each row.
    blanks: Vec<(usize, String)>,
    delimiter: char,
    line_end: &'static str,
    quote_all: bool,
    encoding: Encoding,
}

impl Table {
    /// Returns the text, and the number of each row in it.
    fn written(&self) -> (String, Vec<u64>) {
        let mut records = vec![self.header.clone()];
        let mut numbers = Vec::new();
        let blanks = self.blanks.iter().cycle();
        for (row, (count, blank)) in self.rows.iter().zip(blanks) {
            records.extend(std::iter::repeat_n(vec![blank.clone(), String::new()], *count));
            records.push(row.clone());
            numbers.push(u64::try_from(records.len()).unwrap());
        }
        (written(&records, self.delimiter, self.line_end, self.quote_all), numbers)
    }
}

fn table() -> impl Strategy<Value = Table> {
    let one_byte = vec(prop_oneof!["[ -~\t\r\n\"',;=+@-]", "[À-ÿ]"], 0..12).prop_map(|parts| parts.concat());
    let any_text = prop_oneof![one_byte.clone(), "[^\0]{0,12}", "[\"\r\n,;\t😀麻é'=+@-]{0,8}"];
    select(&ENCODINGS[..]).prop_flat_map(move |encoding| {
        let cell = if encoding == Encoding::Windows1252 { one_byte.clone().boxed() } else { any_text.clone().boxed() };
        let row = (cell.clone(), vec(cell, 0..5)).prop_map(|(mut first, mut row)| {
            first.push('x');
            row.insert(0, first);
            row
        });
        // Long enough to recognize UTF-16 without a byte order mark.
        let header = vec("[a-z \"\r\n]{0,6}", 0..4).prop_map(|mut names| {
            names.splice(0..0, ["e-mail".to_owned(), "a column with a long name of its own".to_owned()]);
            names
        });
        let blanks = vec((0..3_usize, "[ \t\u{3000}\r\n]{0,3}".prop_map(move |blank| blank_in(blank, encoding))), 1..4);
        let dialect = (select(vec![',', ';', '\t']), select(vec!["\n", "\r\n", "\r"]), any::<bool>());
        (header, vec(row, 0..8), blanks, dialect).prop_map(move |(header, rows, blanks, dialect)| {
            let (delimiter, line_end, quote_all) = dialect;
            Table { header, rows, blanks, delimiter, line_end, quote_all, encoding }
        })
    })
}

/// Replaces wide blanks, which Windows-1252 doesn't have.
fn blank_in(blank: String, encoding: Encoding) -> String {
    if encoding == Encoding::Windows1252 { blank.replace('\u{3000}', " ") } else { blank }
}

/// Cuts bytes into pieces of these sizes, which are repeated until the end.
fn cut(mut bytes: &[u8], sizes: &[usize]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (piece, rest) = bytes.split_at(bytes.len().min(*size));
        pieces.push(piece.to_vec());
        bytes = rest;
    }
    pieces
}

fn read_cut(bytes: &[u8], sizes: &[usize]) -> Result<Sheet, CsvError> {
    let pieces = cut(bytes, sizes);
    read_chunks(pieces.iter().map(Vec::as_slice))
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    vec(1..40_usize, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes_in_any_pieces_are_read_alike(bytes in vec(any::<u8>(), 0..2000), sizes in sizes()) {
        prop_assert_eq!(read_cut(&bytes, &sizes), read(&bytes));
    }

    #[test]
    fn any_rows_in_any_pieces_are_read_alike(
        head in select(vec!["", "email,name\n", "sep=;\r\nemail;name\r\n", "\u{feff}mail\r", "a@x.org\n"]),
        parts in vec(prop_oneof![select(vec!["\"", ",", ";", "\n", "\r\n", "\r", " ", "@", "é", "😀"]), "[a-z]{1,3}".prop_map(|text| &*text.leak())], 0..80),
        broken in any::<bool>(),
        encoding in select(&ENCODINGS[..]),
        sizes in sizes(),
    ) {
        let mut bytes = encoded(&(head.to_owned() + &parts.concat()), encoding);
        if broken {
            bytes.extend(b"\xe9\n\xff\0\"");
        }
        prop_assert_eq!(read_cut(&bytes, &sizes), read(&bytes));
    }

    #[test]
    fn what_was_written_is_read_cell_for_cell(table in table(), sizes in sizes()) {
        let (text, numbers) = table.written();
        let sheet = read_cut(&encoded(&text, table.encoding), &sizes).unwrap();
        prop_assert_eq!(sheet.columns.as_ref().unwrap().original(), &table.header);
        prop_assert_eq!(sheet.numbers(), numbers);
        prop_assert_eq!(sheet.cells(), table.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect::<Vec<Vec<&str>>>());
        for (row, written) in sheet.rows.iter().zip(&table.rows) {
            prop_assert_eq!(row.email.as_str(), written[0].trim());
        }
    }

    #[test]
    fn what_was_given_back_is_read_as_it_was(table in table()) {
        let (text, numbers) = table.written();
        let source = encoded(&text, table.encoding);
        let given = given_back(&source, "created");
        let sheet = read(&given).unwrap();
        prop_assert_eq!(sheet.columns.as_ref().unwrap().original(), &table.header);
        prop_assert_eq!(sheet.rows.len(), numbers.len());
        for (row, mut cells) in sheet.rows.iter().zip(table.rows.clone()) {
            cells.resize(cells.len().max(table.header.len()), String::new());
            prop_assert_eq!(&row.cells, &cells);
            prop_assert_eq!(row.earlier.as_deref(), Some("created"));
        }
        // Our row numbers are those of the imported file, so only they may differ.
        let again = read(&given_back(&given, "created")).unwrap();
        prop_assert_eq!(again.cells(), sheet.cells());
    }
}
