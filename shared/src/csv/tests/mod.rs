//! Tests of the rows read from files as programs and people write them.

mod dialects;
mod headers;
mod limits;
mod properties;
mod results;
mod samples;
mod splitting;

use super::*;
use crate::domain::guarded;

/// A copy of a row that was borrowed from the reader.
#[derive(Clone, PartialEq, Debug, Default)]
struct Kept {
    number: u64,
    cells: Vec<String>,
    email: String,
    name: String,
    programs: String,
    earlier: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
struct Sheet {
    columns: Option<Columns>,
    rows: Vec<Kept>,
}

impl Sheet {
    fn numbers(&self) -> Vec<u64> {
        self.rows.iter().map(|row| row.number).collect()
    }

    fn cells(&self) -> Vec<Vec<&str>> {
        self.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
    }

    fn people(&self) -> Vec<(u64, &str, &str, &str)> {
        self.rows.iter().map(|row| (row.number, &*row.email, &*row.name, &*row.programs)).collect()
    }
}

fn read(bytes: &[u8]) -> Result<Sheet, CsvError> {
    read_chunks([bytes])
}

fn read_chunks<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Sheet, CsvError> {
    let mut reader = Reader::new();
    let mut rows = Vec::new();
    for chunk in chunks {
        reader.push(chunk)?;
        keep(&mut reader, &mut rows)?;
    }
    reader.end()?;
    keep(&mut reader, &mut rows)?;
    Ok(Sheet { columns: reader.columns().cloned(), rows })
}

fn keep(reader: &mut Reader, rows: &mut Vec<Kept>) -> Result<(), CsvError> {
    while let Some(row) = reader.next()? {
        rows.push(Kept {
            number: row.number(),
            cells: row.cells().map(str::to_owned).collect(),
            email: row.email().to_owned(),
            name: row.name().into_owned(),
            programs: row.programs().to_owned(),
            earlier: row.earlier_outcome().map(str::to_owned),
        });
    }
    Ok(())
}

/// Writes correct CSV (RFC 4180), with quotes where they are necessary, or everywhere.
fn written<C: AsRef<str>>(records: &[Vec<C>], delimiter: char, line_end: &str, quote_all: bool) -> String {
    let special = |char| matches!(char, '"' | '\r' | '\n') || char == delimiter;
    let cell = |cell: &C| match cell.as_ref() {
        cell if quote_all || cell.contains(special) => format!("\"{}\"", cell.replace('"', "\"\"")),
        cell => cell.to_owned(),
    };
    let line = |record: &Vec<C>| record.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string()) + line_end;
    records.iter().map(line).collect()
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16Le,
    Utf16Be,
    Utf16LeUnmarked,
    Utf16BeUnmarked,
    Windows1252,
}

const ENCODINGS: [Encoding; 7] = [
    Encoding::Utf8,
    Encoding::Utf8Marked,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
    Encoding::Utf16LeUnmarked,
    Encoding::Utf16BeUnmarked,
    Encoding::Windows1252,
];

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    match encoding {
        Encoding::Utf8 => text.into(),
        Encoding::Utf8Marked => marked.into(),
        Encoding::Utf16Le => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf16LeUnmarked => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16BeUnmarked => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into(),
    }
}

/// Returns the report of an import, each row with its number and `outcome`.
fn given_back(bytes: &[u8], outcome: &str) -> Vec<u8> {
    let mut reader = Reader::new();
    reader.push(bytes).unwrap();
    reader.end().unwrap();
    let mut records = Vec::new();
    loop {
        let columns = reader.columns().cloned();
        let Some(row) = reader.next().unwrap() else { break };
        // The columns are known once the first row is read, which may be this one.
        let number = row.number().to_string();
        records.push(match columns {
            Some(columns) => result_row(&columns, &row, &number, outcome, "=because"),
            None => result_row(&read(bytes).unwrap().columns.unwrap(), &row, &number, outcome, "=because"),
        });
    }
    records.insert(0, result_header(reader.columns().unwrap()));
    let guard = |record: &Vec<String>| record.iter().map(|cell| guarded(cell).into_owned()).collect();
    written(&records.iter().map(guard).collect::<Vec<Vec<String>>>(), ',', "\r\n", false).into()
}
