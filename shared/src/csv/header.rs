//! The first row that isn't blank: it determines the delimiter and the columns.

use super::{
    COLUMNS_MAX, Columns, CsvError,
    record::Cells,
    splitter::{Extent, RecordSplitter, Split},
};

/// The possible delimiters; the first one wins if nothing else decides.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// The prefix with which a first line declares the delimiter to Excel.
const SEP: &str = "sep=";

/// The result of examining the next record.
pub(super) enum Look {
    /// The record isn't complete yet.
    More,
    /// A record of this many bytes that is neither a header nor a partner.
    Pass(usize),
    /// The columns. The record is the header and has this many bytes; 0 means that the file has no header, and that
    /// the record is the first partner.
    Found { columns: Columns, splitter: RecordSplitter, header: usize },
}

/// The detector of the delimiter, which reads the first records with each possible delimiter.
pub(super) struct Head {
    candidates: Vec<Candidate>,
}

struct Candidate {
    splitter: RecordSplitter,
    record: Option<Extent>,
    cells: Cells,
}

impl Candidate {
    fn new(delimiter: u8) -> Self {
        Self { splitter: RecordSplitter::new(delimiter), record: None, cells: Cells::default() }
    }
}

impl Head {
    pub(super) fn new() -> Self {
        Self { candidates: DELIMITERS.map(Candidate::new).into() }
    }

    /// Examines the record with this number, at the beginning of `rest`.
    pub(super) fn look(&mut self, rest: &[u8], ended: bool, number: u64) -> Result<Look, CsvError> {
        if !self.split(rest, ended, number)? {
            return Ok(Look::More);
        }
        if number == 1
            && let Some((delimiter, next)) = self.declared_delimiter(rest)
        {
            self.candidates = vec![Candidate::new(delimiter)];
            return Ok(Look::Pass(next));
        }
        if let Some(next) = self.blank() {
            self.candidates
                .iter_mut()
                .for_each(|candidate| *candidate = Candidate::new(candidate.splitter.delimiter()));
            return Ok(Look::Pass(next));
        }
        self.decide()
    }

    /// Splits the record with each delimiter; `false` until all have a complete record, however the bytes are divided.
    fn split(&mut self, rest: &[u8], ended: bool, number: u64) -> Result<bool, CsvError> {
        let mut all = true;
        for candidate in self.candidates.iter_mut().filter(|candidate| candidate.record.is_none()) {
            match candidate.splitter.split(rest, ended) {
                Split::More => all = false,
                Split::Done => return Err(CsvError::Empty),
                Split::TooLong => return Err(CsvError::RowTooLong { row: number }),
                Split::Record(extent) => {
                    let record = rest.get(..extent.len).unwrap_or_default();
                    candidate.cells.read(record, candidate.splitter.delimiter(), extent.quoting);
                    candidate.record = Some(extent);
                }
            }
        }
        Ok(all)
    }

    /// Returns the delimiter that the record declares, and the position of the next record.
    fn declared_delimiter(&self, rest: &[u8]) -> Option<(u8, usize)> {
        let extent = self.candidates.first()?.record?;
        let line = str::from_utf8(rest.get(..extent.len)?).ok()?.trim_matches(['"', '\u{feff}']);
        let declared = line.get(..SEP.len()).filter(|sep| sep.eq_ignore_ascii_case(SEP)).and(line.get(SEP.len()..))?;
        match declared.as_bytes() {
            [delimiter] if *delimiter == b'\t' || delimiter.is_ascii_punctuation() => Some((*delimiter, extent.next)),
            _ => None,
        }
    }

    /// Returns the position of the next record if this one is blank with some delimiter.
    fn blank(&self) -> Option<usize> {
        self.candidates.iter().find(|candidate| candidate.cells.is_blank())?.record.map(|extent| extent.next)
    }

    /// Chooses a delimiter: prefers a report of an earlier import, then a column of email addresses, then the most
    /// cells.
    fn decide(&mut self) -> Result<Look, CsvError> {
        let mut best: Option<((bool, usize), Columns, &Candidate)> = None;
        for candidate in &self.candidates {
            let Ok(columns) = Columns::read(&candidate.cells) else { continue };
            let rank = (columns.has_outcomes(), candidate.cells.len());
            if best.as_ref().is_none_or(|(before, ..)| rank > *before) {
                best = Some((rank, columns, candidate));
            }
        }
        if let Some((_, columns, candidate)) = best {
            if columns.original().len() > COLUMNS_MAX {
                return Err(CsvError::TooManyColumns { columns: columns.original().len() });
            }
            let header = candidate.record.map_or(0, |extent| extent.next);
            return Ok(Look::Found { columns, splitter: candidate.splitter.clone(), header });
        }
        // `max_by_key` returns the last of several equal elements, and the first delimiter is preferred.
        let Some(candidate) = self.candidates.iter().rev().max_by_key(|candidate| candidate.cells.len()) else {
            return Err(CsvError::Empty);
        };
        if candidate.cells.len() == 1 && candidate.cells.iter().any(|cell| cell.contains('@')) {
            let splitter = RecordSplitter::new(candidate.splitter.delimiter());
            return Ok(Look::Found { columns: Columns::addresses(), splitter, header: 0 });
        }
        Err(CsvError::no_email_column(candidate.cells.iter()))
    }
}
